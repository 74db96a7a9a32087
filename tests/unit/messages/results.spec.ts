import { expect, test } from '@playwright/test';
import { describeResult } from '../../../src/core/describe-result.js';

const now = Date.parse('2026-03-01T00:00:00Z');
const facts = { account: 'work', siteTitle: 'iFlow', record: { version: 1, previous: [] } as never, now };

test('the end of a run is Chinese throughout for a Chinese reader', () => {
  const { headline } = describeResult(
    { kind: 'not-due', expiresAt: '2026-03-07T12:00:00Z', dueAt: '2026-03-04T12:00:00Z' },
    facts,
  );
  expect(headline.zh).toMatch(/^尚未到期：密钥有效期至 [-\d]+ [:\d]+（还剩 6 天 12 小时），[-\d]+ [:\d]+ 起续期$/);
  expect(headline.en).toMatch(/^not due: the key is good until [-\d]+ [:\d]+ \(6d 12h left\), due [-\d]+ [:\d]+$/);
});
