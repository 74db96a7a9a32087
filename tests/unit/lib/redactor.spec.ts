import { expect, test } from '@playwright/test';
import fc from 'fast-check';
import {
  hidden,
  hideTokens,
  maskKey,
  oneLine,
  printable,
  printableJson,
  redactText,
  redactUrl,
} from '../../../src/lib/redact.js';
import { redactError } from '../../../src/lib/redact-error.js';
import { createRedactor } from '../../../src/lib/redactor.js';
import { AppError, appError } from '../../../src/lib/app-error.js';
import { renewalErrors } from '../../../src/core/renewal-errors.js';
import { secretsOfCookies, secretsOfKeys, secretsOfSession } from '../../../src/core/account-secrets.js';
import { same } from '../../../src/messages/text.js';

const key = 'ABCDEF0123456789ABCDEF01234567XY';

test('a known secret is hidden in every form in which a text may quote it', () => {
  const secret = 'S3ss/ion=v4l ue"\\é';
  const redactor = createRedactor([secret, encodeURIComponent('x/y=z+w')]);
  for (const form of [
    secret,
    encodeURIComponent(secret),
    encodeURIComponent(secret).toLowerCase().replace('s3ss', 'S3ss'),
    JSON.stringify(secret).slice(1, -1),
    'x/y=z+w',
    'x%2Fy%3Dz%2Bw',
    'x%2fy%3dz%2bw',
  ]) {
    expect(redactor.hide(`it was ${form}, then`), form).toBe(`it was ${hidden}, then`);
    expect(redactor.foreign(`it was ${form}, then`), form).toBe(`it was ${hidden}, then`);
  }
});

test('the beginning of a secret that a text has cut off is hidden, too', () => {
  const redactor = createRedactor([key]);
  expect(redactor.hide(`key ${key.slice(0, 20)}`)).toBe(`key ${hidden}`);
  expect(redactor.hide(`key ${key.slice(0, 8)}`)).toBe(`key ${key.slice(0, 8)}`);
});

test('a short secret is hidden only as a whole word, and a very short one not at all', () => {
  const redactor = createRedactor(['1', 'en', 'abc123', undefined]);
  expect(redactor.hide('1 of 10 in en: abc123, xabc123y, abc1234')).toBe(`1 of 10 in en: ${hidden}, xabc123y, abc1234`);
  expect(redactor.hide('密钥abc123。')).toBe(`密钥${hidden}。`);
});

test('secrets that are added later are hidden from then on', () => {
  const redactor = createRedactor();
  expect(redactor.hide('the new one is n3w-k3y-n3w-k3y')).toContain('n3w-k3y');
  redactor.add('n3w-k3y-n3w-k3y');
  expect(redactor.hide('the new one is n3w-k3y-n3w-k3y')).not.toContain('n3w-k3y');
});

for (const [pattern, quoted] of [
  ['^[A-Z0-9]{32}$', key],
  ['^[A-Z]{20}$', 'ABCDEFGHIJKLMNOPQRST'],
  ['^k_[a-z0-9]{8}$', 'k_0a1b2c3d'],
  ['^[0-9a-f]+:[0-9a-f]+$', '00ff00ff:aa11bb22'],
  ['^[A-Za-z0-9+/]{12}==$', 'aB1+/xY9zZ0q=='],
] as const) {
  test(`a key that was not seen before is hidden by the pattern ${pattern}`, () => {
    const redactor = createRedactor();
    redactor.addPattern(new RegExp(pattern));
    for (const text of [
      quoted,
      `"${quoted}"`,
      `key=${quoted}`,
      `key: ${quoted}.`,
      `密钥：${quoted}，`,
      `${quoted}/${quoted}`,
    ])
      expect(redactor.foreign(`Keys ${text} end`), text).not.toContain(quoted);
    expect(redactor.foreign('The key page shows no button, see step 2 of 3.')).toBe(
      'The key page shows no button, see step 2 of 3.',
    );
  });
}

test('a pattern that matches every word does not hide ordinary text', () => {
  const redactor = createRedactor();
  redactor.addPattern(/^.+$/);
  const text = 'The console is under maintenance until tomorrow.';
  expect(redactor.foreign(text)).toBe(text);
});

test('long tokens in foreign text are hidden, names and paths are not', () => {
  for (const token of [
    '3f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c',
    '550e8400-e29b-41d4-a716-446655440000',
    'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9',
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
    'q8Zr4T/0pLx+V9sY2nQw7KdE3mHb5uFc',
  ]) {
    expect(hideTokens(`token ${token}.`), token).toBe(`token ${hidden}.`);
  }
  for (const name of [
    '/home/user1/local/share/keyturn/accounts/work',
    '/api/openapi/v2/apikey-of-the-account',
    'keyturn-test-2026-03-01T00-00-00-000Z',
    'ant-modal-confirm-btns-2-of-the-dialog',
    'getElementsByClassNameAndSomethingElse',
  ]) {
    expect(hideTokens(`see ${name}`), name).toBe(`see ${name}`);
  }
  expect(hideTokens('/reset/3f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c/step')).toBe(`/reset/${hidden}/step`);
});

test('addresses lose the parts that may carry tokens', () => {
  const redactor = createRedactor();
  expect(redactor.foreign('at "https://me:pw@host.example/path?token=abc#frag" and https://a.b/c')).toBe(
    'at "https://host.example/path?…" and https://a.b/c',
  );
  expect(redactUrl('https://me:pw@x.cn/a/3f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c?t=1#k')).toBe('https://x.cn/a/***');
});

test('a key with invisible characters in it is hidden', () => {
  const redactor = createRedactor([key]);
  const broken = [...key].join('\u200b');
  expect(redactor.foreign(`Keys ${broken} end`)).toBe(`Keys ${hidden} end`);
});

test('control characters become visible, and line breaks in foreign text become spaces', () => {
  const text = 'a\u001b]0;T\u0007\u009b2J\u202ec\u200d\u2028d\r\ne\tf\u{e0041}';
  expect(oneLine(text)).toBe('a\\x1b]0;T\\x07\\x9b2J\\u202ec\\u200d d e f\\u{e0041}');
  expect(printable('ours\nis two lines\u001b')).toBe('ours\nis two lines\\x1b');
  expect(createRedactor().foreign(text)).toBe(oneLine(text));
  const json = printableJson(JSON.stringify({ text }, null, 2));
  expect(json.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cf}|\p{Zl}/u);
  expect(JSON.parse(json)).toEqual({ text });
});

test('a text is cut after its secrets are hidden, and never inside a character', () => {
  const redactor = createRedactor([key]);
  for (let limit = 1; limit < 60; limit += 1) {
    const text = redactor.foreign(`the key is ${key} or 👍👍`, limit);
    expect(text.length).toBeLessThanOrEqual(limit);
    expect(text).not.toMatch(/[A-Z]{3}|[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
  }
});

test('text with the usual look of a secret is hidden', () => {
  expect(
    redactText('sk-0123456789abcdef0123456789abcdef, Bearer abc.def.ghi, BXAuth=abcdef; 15100001234 me.too@x.cn'),
  ).toBe('sk-01…ef, Bearer •••, BXAuth=•••; 151••••1234 m•••@x.cn');
  expect(maskKey('sk-0123456789abcdef')).toBe('sk-01…ef');
});

/** Characters of keys and cookies, characters with a meaning in regular expressions, and other scripts. */
const secretText = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(...'aZ09-_.+*?^$(){}[]|\\/=%&"\' '),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    ),
    minLength: 6,
    maxLength: 60,
  })
  .filter((secret) => !secret.includes('•') && secret.trim() === secret && secret.length >= 6);

test('every known secret is hidden, wherever it stands', () => {
  const around = fc.string({ unit: 'binary', maxLength: 80 });
  fc.assert(
    fc.property(
      fc.array(secretText, { minLength: 1, maxLength: 5 }),
      fc.array(around, { minLength: 6, maxLength: 6 }),
      (secrets, texts) => {
        const redactor = createRedactor(secrets);
        // Short secrets are hidden only where they stand alone.
        const text = secrets.reduce((all, secret, index) => `${all} ${secret} ${texts[index + 1]}`, texts[0] ?? '');
        for (const secret of secrets) {
          expect(redactor.hide(text).includes(secret)).toBe(false);
          expect(redactor.foreign(text).includes(oneLine(secret))).toBe(false);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('long secrets are hidden inside words, too', () => {
  const letters = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_'), maxLength: 40 });
  const long = fc.string({ unit: fc.constantFrom(...'abXY01-_+/='), minLength: 12, maxLength: 40 });
  fc.assert(
    fc.property(fc.tuple(long, letters, letters), ([secret, before, after]) => {
      expect(
        createRedactor([secret])
          .hide(before + secret + after)
          .includes(secret),
      ).toBe(false);
    }),
    { numRuns: 500 },
  );
});

test('redacting a second time changes nothing', () => {
  const redactor = createRedactor([key]);
  redactor.addPattern(/^[A-Z0-9]{32}$/);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const once = redactor.foreign(`${text} https://a.b/c?d=${key} ${text}`);
      expect(redactor.foreign(once)).toBe(once);
    }),
  );
});

const size = 64 * 1024;
for (const [what, text] of [
  ['a.a.a', 'a.'.repeat(size / 2)],
  ['a@a@a', 'a@'.repeat(size / 2)],
  ['one long word', 'a'.repeat(size)],
  ['one long number', '1'.repeat(size)],
  ['the beginning of a secret', key.slice(0, 15).repeat(size / 15)],
  ['a secret again and again', key.repeat(size / key.length)],
  ['sk-sk-', 'sk-_'.repeat(size / 4)],
  ['Bearer', 'Bearer  '.repeat(size / 8)],
  ['ticket=', 'ticket  '.repeat(size / 8)],
  ['addresses', 'http://'.repeat(size / 7)],
  ['addresses with users', 'http://a:b@'.repeat(size / 11)],
  ['no width', 'a\u200b'.repeat(size / 2)],
  ['only no width', '\u200b'.repeat(size)],
  ['controls', '\u001b'.repeat(size)],
  ['punctuation', 'AB12:=,/'.repeat(size / 8)],
  ['slashes', '/'.repeat(size)],
  ['letters and digits', 'a1'.repeat(size / 2)],
  ['separators', 'a-'.repeat(size / 2)],
] as const) {
  test(`64 kB of ${what} are redacted quickly`, () => {
    const redactor = createRedactor([key, 'a'.repeat(4000), 'http://http://http://!']);
    redactor.addPattern(/^[A-Z0-9]{32}$/);
    const startedAt = performance.now();
    redactor.foreign(text);
    redactor.text(text);
    expect(performance.now() - startedAt).toBeLessThan(1500);
  });
}

test("an account's secrets are its keys, even one that is not published, and the values that carry its login", () => {
  const known = (value: string) => ({ key: value, obtainedAt: '', obtainedBy: 'http' as const, runId: 'r' });
  const answer = { key: 'made', seenAt: '' };
  const intent = { version: 1, id: 'i', runId: 'r', startedAt: '', rung: 'http', hadKeyBefore: true, answer } as const;
  expect(secretsOfKeys({ version: 1, current: known('now'), previous: [known('before')] }, intent)).toEqual([
    'now',
    'before',
    'made',
  ]);
  const cookie = (name: string, value: string, httpOnly = false) => ({ name, value, httpOnly });
  expect(
    secretsOfCookies(
      [
        cookie('lang', 'zh-CN'),
        cookie('region', 'cn-hangzhou'),
        cookie('from', 'https%3A%2F%2Fconsole.example%2Fkeys'),
        cookie('sid', 'plainword'),
        cookie('auth', 'plainword2'),
        cookie('csrf', '"q8Zr4T0pLx"'),
        cookie('http', 'only', true),
      ],
      ['sid'],
    ),
  ).toEqual(['plainword', 'plainword2', 'q8Zr4T0pLx', 'only']);
  const headers = { authorization: 'Bearer abc.def', 'user-agent': 'Mozilla', 'x-token': 'tok' };
  expect(secretsOfSession({ version: 1, savedAt: '', savedBy: 'import', cookies: [], origins: [], headers })).toEqual([
    'Bearer abc.def',
    'abc.def',
    'tok',
  ]);
});

test('an error keeps its code and its advice and loses its secrets, even those in quoted page text', () => {
  const redactor = createRedactor([key]);
  const known = appError(renewalErrors.drift, {
    account: 'work',
    site: 'S',
    detail: same(`it shows ${key}`),
    keyState: same('k'),
  });
  const redacted = redactError(known, redactor);
  expect(redacted).toBeInstanceOf(AppError);
  expect(redacted).toMatchObject({ code: 'KT604', exitCode: 1, next: 'fix-settings', state: 'k', hint: known.hint });
  expect(redacted.message).toContain(`it shows ${hidden}`);

  const foreign = new Error(`strict mode violation: <b>3f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c</b>\u001b[2J`);
  expect(redactError(foreign, redactor)).toBe(foreign);
  expect(`${foreign.message}\n${foreign.stack}`).not.toMatch(/3f9a|\p{Cc}(?<!\n)/u);
  expect(foreign.stack).toContain('redactor.spec.ts');
});
