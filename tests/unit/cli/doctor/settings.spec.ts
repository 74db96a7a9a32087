import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsFindings } from '../../../../src/cli/doctor/settings.js';
import { expect, test } from '../../store/temp-home.js';

test('each wrong setting is a finding with what takes it away', async ({ home }) => {
  const file = { notfiy: { success: true }, handoff: { wait: 'soon' }, log: { colour: 1 } };
  writeFileSync(join(home, 'settings.json'), JSON.stringify(file), { mode: 0o600 });
  writeFileSync(join(home, '.env'), 'FEISHU_RECEIVER=15100001234\n', { mode: 0o600 });
  const findings = await settingsFindings({ env: { KEYTURN_LOG_LEVEL: 'loud' }, cwd: home, home });
  expect(findings.map(({ level, next }) => [level, next])).toEqual([
    ['problem', 'keyturn config unset notfiy'],
    ['problem', 'keyturn config unset log.colour'],
    ['problem', 'take FEISHU_RECEIVER out of the file .env in this folder'],
    ['problem', 'keyturn config set handoff.wait'],
    ['problem', 'unset KEYTURN_LOG_LEVEL'],
  ]);
});

test('settings that are right are counted', async ({ home }) => {
  const findings = await settingsFindings({ env: { KEYTURN_LOG_LEVEL: 'debug' }, cwd: home, home });
  expect(findings).toMatchObject([{ level: 'ok', text: expect.stringMatching(/^1 set/) }]);
});
