import { expect, test } from '@playwright/test';
import { answerTexts, pageTexts } from '../../../src/messages/failures.js';
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

test('a failure is Chinese throughout for a Chinese reader: what was seen, the owner, the key', () => {
  const detail = pageTexts.stepFailed(pageTexts.step(2, 3, 'click "确定"'), 'missing', '');
  const drift = describeResult({ kind: 'failed', failure: { kind: 'drift', detail }, rotationUnsettled: true }, facts);
  const signedOut = describeResult(
    {
      kind: 'person-needed',
      failure: { kind: 'signed-out', detail: answerTexts.of('GET /api/key', answerTexts.signedOut) },
      handoff: { kind: 'unanswered', asked: true },
    },
    facts,
  );
  for (const { headline, failure } of [drift, signedOut]) {
    const said = [headline.zh, ...Object.values(failure!.in('zh')).slice(0, 2)].join('');
    // Names, addresses and what the profile says stay as they are.
    expect(said.replaceAll(/iFlow|GET \/api\/key|click|keyturn/g, '')).not.toMatch(/[A-Za-z]{2}/);
  }
  expect(signedOut.failure?.message).toMatch(
    /not signed in any more\. The owner was asked and did not answer in time\.$/,
  );
});
