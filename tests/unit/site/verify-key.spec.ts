import { expect, test } from '@playwright/test';
import type { Answered, HttpRequest, Unanswered } from '../../../src/site/http-request.js';
import { loadSiteProfile } from '../../../src/site/load-profile.js';
import { networkTexts } from '../../../src/messages/network-reasons.js';
import { verifyKey } from '../../../src/site/verify-key.js';
import { resolveProfile } from '../../../src/site/resolve-profile.js';

const key = `sk-${'c3'.repeat(16)}`;
const answered = (value: unknown, status = 200): Answered => ({
  kind: 'answered',
  status,
  headers: {},
  text: typeof value === 'string' ? value : JSON.stringify(value),
});
const silence: Unanswered = { kind: 'unanswered', sent: 'maybe', why: networkTexts.noAnswerWithin(20) };
const nothing = answered('<html>Not Found</html>', 404);

/** Verifies the key against a search API and a chat API with these answers. */
async function verify(search: Answered | Unanswered, chat: Answered | Unanswered) {
  const requests: HttpRequest[] = [];
  const profile = resolveProfile(await loadSiteProfile('iflow'));
  const verification = await verifyKey(profile, key, {
    network: { env: {} },
    httpRequest: (request) => {
      requests.push(request);
      return Promise.resolve(request.url.includes('/search/') ? search : chat);
    },
  });
  expect(JSON.stringify(verification)).not.toContain(key);
  return { verification, requests };
}

for (const [what, search, chat, verdict] of [
  ['search results', answered({ success: true, data: {} }), nothing, 'valid'],
  ['a search that refuses the key', answered({ success: false, code: 'INVALID_APIKEY' }), nothing, 'invalid'],
  [
    'a search that is rate limited by user',
    answered({ success: false, code: 'USER_RATE_LIMIT' }, 429),
    nothing,
    'valid',
  ],
  ['a search that is busy, and a chat answer', answered({ code: 'SYSTEM_ERROR' }), answered({ choices: [] }), 'valid'],
  [
    'no search, and 434 inside HTTP 200',
    nothing,
    answered({ status: '434', msg: 'Invalid apiKey', body: null }),
    'invalid',
  ],
  ['no search, and 439 as a number', nothing, answered({ status: 439, msg: 'expired' }), 'invalid'],
  [
    'no search, and 434 for a banned account',
    nothing,
    answered({ status: '434', msg: 'Access to the current AK has been blocked due to unauthorized requests' }),
    'banned',
  ],
  ['no search, and one request at a time', nothing, answered({ status: '449', msg: 'rate limit' }), 'valid'],
  ['no answers', silence, silence, 'unknown'],
  ['unknown answers', nothing, answered('{"status":"500"}', 500), 'unknown'],
] as const) {
  test(`${what}: ${verdict}`, async () => {
    const { verification, requests } = await verify(search, chat);
    expect(verification.verdict).toBe(verdict);
    expect(requests[0]?.headers.authorization).toBe(`Bearer ${key}`);
    expect(requests.every(({ url }) => !url.includes(key))).toBe(true);
  });
}

test('the second probe runs only when the first gives no verdict', async () => {
  expect((await verify(answered({ success: true }), nothing)).requests).toHaveLength(1);
  expect((await verify(nothing, nothing)).requests).toHaveLength(2);
});
