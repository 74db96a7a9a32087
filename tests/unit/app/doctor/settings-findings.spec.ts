import { settingsFindings } from '../../../../src/app/doctor/machine-findings.js';
import { expect, test } from '../../store/temp-home.js';
import { inEnglish } from '../../../support/english-findings.js';

test('valid settings are counted', async ({ home }) => {
  const findings = (await settingsFindings({ env: { KEYTURN_LOG_LEVEL: 'debug' }, home })).map(inEnglish);
  expect(findings).toMatchObject([{ level: 'ok', text: expect.stringMatching(/^1 set/) }]);
});
