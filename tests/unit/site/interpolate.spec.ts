import { expect, test } from '@playwright/test';
import { interpolate, unknownWords } from '../../../src/site/interpolate.js';
import { filledTargets, stepValues } from '../../../src/site/step-values.js';
import type { ResolvedProfile } from '../../../src/site/resolve-profile.js';

const now = Date.parse('2026-11-27T20:05:09Z');
const shown = (text: string) => interpolate(text, { now, timeZone: 'Asia/Shanghai', named: { name: 'ci' } });

for (const [text, expected] of [
  ['${today}', '2026-11-28'],
  ['${now}', '2026-11-27T20:05:09Z'],
  ['${now+7d}', '2026-12-04T20:05:09Z'],
  ['${now+1d12h:YYYY-MM-DD HH:mm:ss}', '2026-11-29 16:05:09'],
  ['${now+7d:MMMM D, YYYY}', 'December 5, 2026'],
  ['${now:MMM}/${now:M}', 'Nov/11'],
  ['${now:X}', String(now / 1000)],
  ['${now:x}', String(now)],
  ['keyturn-${name}${old.id}', 'keyturn-ci'],
] as const) {
  test(`${text} is ${expected}`, () => {
    expect(unknownWords(text)).toEqual([]);
    expect(shown(text)).toBe(expected);
  });
}

test('random is another each time', () => {
  expect(shown('${random}')).toMatch(/^[0-9a-z]{10}$/);
  expect(shown('${random}')).not.toBe(shown('${random}'));
});

for (const word of ['', ' name', 'Name', 'now-7d', 'now+7', 'now+7d:', 'now+7d:date', 'today+7d', 'cookie:', 'old']) {
  test(`\${${word}} is unknown`, () => expect(unknownWords(`a \${${word}} b`)).toEqual([word]));
}

const profile = { name: 'acme', baseUrl: 'https://acme.example', timeZone: 'UTC' } as ResolvedProfile;

test('a new key is named after the account and the day at the site', () => {
  const clockSkewMs = Date.now() - now;
  const valuesOf = (keyName?: string) =>
    stepValues({ profile, keyName, accountName: 'work', answers: { clockSkewMs } }, { hasKey: true });
  expect(interpolate('${keyName}', valuesOf())).toBe('keyturn-work-20261127');
  expect(interpolate('${keyName}', valuesOf('ci'))).toBe('ci-20261127');
  const values = valuesOf();
  expect(interpolate('${random}', values)).toBe(interpolate('${random}', values));
});

test('a target with a word that has no value is dropped', () => {
  const row = { css: 'button', in: { role: 'row', name: [], hasText: ['${old.name}', /^${old.name} /] } };
  expect(filledTargets([row], { named: {} })).toEqual([]);
  const [filled] = filledTargets([row], { named: { 'old.name': 'a.b' } });
  expect(filled).toEqual({ css: 'button', in: { role: 'row', name: [], hasText: ['a.b', /^a\.b /] } });
});
