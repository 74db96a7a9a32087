import { expect, test } from '@playwright/test';
import { judgeKey } from '../../../../src/app/doctor/account-findings.js';
import type { Finding } from '../../../../src/app/doctor/finding.js';
import {
  failureFinding,
  readingFindings,
  siteFindings,
  type SiteVisit,
} from '../../../../src/app/doctor/online-findings.js';
import type { KnownKey } from '../../../../src/core/key-record.js';
import type { Failure } from '../../../../src/core/outcome.js';
import type { AccountConfig } from '../../../../src/store/accounts.js';
import { same } from '../../../../src/messages/text.js';
import { inEnglish } from '../../../support/english-findings.js';

const hourMs = 3_600_000;
const now = Date.parse('2026-03-01T00:00:00Z');
const iso = (ms: number) => new Date(ms).toISOString();
const current: KnownKey = {
  key: 'sk-1234567890abcdef1234567890abcdef',
  obtainedAt: iso(now - 24 * hourMs),
  obtainedBy: 'http',
  expiresAt: iso(now + 6 * 24 * hourMs),
  lifetimeMs: 7 * 24 * hourMs,
  runId: 'r',
};
const account: AccountConfig = {
  version: 1,
  name: 'work',
  site: 'iflow',
  enabled: true,
  method: 'auto',
  createdAt: iso(now),
};

function expectFinding(
  finding: Finding | undefined,
  level: Finding['level'],
  text: RegExp,
  next: string | undefined,
): void {
  expect(finding?.level).toBe(level);
  expect(finding?.text.en).toMatch(text);
  expect(finding?.next?.en).toBe(next);
}

for (const [what, key, level, text, next] of [
  ['no key', undefined, 'problem', /none yet/, 'keyturn refresh work'],
  ['a fresh key', current, 'ok', /good for 6d, until .*; renewed from/, undefined],
  [
    'a key that is due',
    { ...current, obtainedAt: iso(now - 96 * hourMs), expiresAt: iso(now + 72 * hourMs) },
    'warning',
    /good for 3d.*due/,
    'keyturn refresh work',
  ],
  [
    'a key about to die',
    { ...current, expiresAt: iso(now + 5 * hourMs) },
    'problem',
    /dies in 5h/,
    'keyturn refresh work',
  ],
  ['a dead key', { ...current, expiresAt: iso(now - hourMs) }, 'problem', /died 1h ago/, 'keyturn refresh work'],
  [
    'an adopted key without expiry',
    { ...current, obtainedBy: 'adopted', expiresAt: undefined },
    'warning',
    /no expiry is known/,
    'keyturn refresh work',
  ],
  [
    'a key that is renewed at an interval',
    { ...current, expiresAt: undefined, lifetimeMs: undefined, everyMs: 30 * 24 * hourMs },
    'ok',
    /no expiry is known; renewed from/,
    undefined,
  ],
] as const) {
  test(`${what} is reported as ${level}`, () => {
    const finding = judgeKey({ version: 1, current: key, previous: [] }, { name: 'work', now, hasSession: true });
    expectFinding(finding, level, text, next);
  });
}

test('without a saved login, the next step for a dead key is login', () => {
  const record = { version: 1, previous: [] } as const;
  expect(judgeKey(record, { name: 'work', now, hasSession: false }).next?.en).toBe('keyturn login work');
});

for (const [what, reading, text] of [
  ['no key any more', { hasKey: false }, /no key any more/],
  ['another mask', { hasKey: true, mask: 'sk-99****ffff' }, /another key/],
  ['another full key', { hasKey: true, key: 'sk-ffffffffffffffffffffffffffffffff' }, /another key/],
  ['an expired key', { hasKey: true, mask: 'sk-1234****cdef', expired: true }, /says that the key has expired/],
] as const) {
  test(`a console that shows ${what} is a problem`, () => {
    expectFinding(readingFindings(reading, current, account)[0], 'problem', text, 'keyturn refresh work --force');
  });
}

test('a console that shows the mask of our key adds no finding', () => {
  expect(readingFindings({ hasKey: true, mask: 'sk-1234****cdef' }, current, account)).toEqual([]);
});

const challenge = { kind: 'captcha', vendor: 'baxia-nc', url: 'https://x/', where: 'GET /', evidence: [] } as const;
for (const [failure, method, level, code, next] of [
  [{ kind: 'signed-out', detail: same('not signed in.') }, 'auto', 'problem', 'KT601', 'keyturn login work'],
  [
    { kind: 'challenge', detail: same('a slider'), challenge },
    'auto',
    'warning',
    'KT602',
    'keyturn refresh work --dry-run',
  ],
  [
    { kind: 'challenge', detail: same('a slider'), challenge },
    'http',
    'problem',
    'KT602',
    'keyturn refresh work --dry-run',
  ],
  [{ kind: 'drift', detail: same('no JSON') }, 'browser', 'warning', 'KT604', 'keyturn refresh work --dry-run'],
  [{ kind: 'refused', detail: same('blocked') }, 'auto', 'problem', 'KT605', 'keyturn account disable work'],
  [{ kind: 'gone', detail: same('closed') }, 'auto', 'problem', 'KT605', 'keyturn account disable work'],
  [{ kind: 'unreachable', detail: same('HTTP 500') }, 'auto', 'warning', 'KT607', 'keyturn doctor work'],
] as const) {
  test(`with method ${method}, a read that fails with ${failure.kind} is reported as ${level}`, () => {
    expect(inEnglish(failureFinding(failure as Failure, { ...account, method }))).toMatchObject({
      level,
      code,
      next,
      check: 'session',
    });
  });
}

type Visit = Omit<SiteVisit, 'request'>;
const baseUrl = 'https://console.example';
const proxy = 'http://user:secret@proxy.example:8080';
const answered = (status: number, date?: string): Visit => ({
  baseUrl,
  answer: { kind: 'answered', status, text: '', headers: date === undefined ? {} : { date } },
});
const unanswered = (why: string): Visit => ({
  baseUrl,
  answer: { kind: 'unanswered', sent: 'no', why: same(why) },
});
const throughProxy = `curl -sS -I -x http://proxy.example:8080 ${baseUrl}`;
for (const [what, visit, by, level, check, text, next] of [
  ['a site that answers', answered(302), undefined, 'ok', 'site', /answers with HTTP 302$/, undefined],
  [
    'a site that answers with HTTP 503',
    answered(503),
    undefined,
    'warning',
    'site',
    /HTTP 503$/,
    `curl -sS -I ${baseUrl}`,
  ],
  [
    'a gateway error behind a proxy',
    answered(502),
    proxy,
    'warning',
    'site',
    /from the site or from the proxy/,
    throughProxy,
  ],
  [
    'a site that is not there',
    unanswered('the connection was refused'),
    undefined,
    'problem',
    'site',
    /does not answer: the connection was refused/,
    `curl -sS -I ${baseUrl}`,
  ],
  [
    'a proxy that wants other credentials',
    unanswered('the proxy wants other credentials (407)'),
    proxy,
    'problem',
    'site',
    /does not answer through the proxy .*: the proxy wants other credentials/,
    throughProxy,
  ],
  [
    'a site that is not there behind a proxy',
    unanswered('no answer within 10 s'),
    proxy,
    'problem',
    'site',
    /through the proxy .*: no answer within 10 s/,
    throughProxy,
  ],
] as const) {
  test(`${what} is reported as ${level} under ${check}`, () => {
    const [finding] = siteFindings({ ...visit, proxy: by }, now);
    expect(finding?.check).toBe(check);
    expectFinding(finding, level, text, next);
    expect(JSON.stringify(finding)).not.toContain('secret');
  });
}

for (const [hours, level, text] of [
  [0.01, undefined, undefined],
  [1, 'warning', /1h ahead of console\.example/],
  [-2, 'warning', /2h behind console\.example/],
  [-30, 'problem', /1d 6h behind .*wrong time/],
] as const) {
  test(`a clock that is ${hours} h off is reported as ${level ?? 'nothing'}`, () => {
    const clock = siteFindings(answered(200, new Date(now - hours * hourMs).toUTCString()), now)[1];
    expect(clock?.level).toBe(level);
    if (text) expect(clock?.text.en).toMatch(text);
  });
}
