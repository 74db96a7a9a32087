import { expect, test } from '@playwright/test';
import fc from 'fast-check';
import { LinearPattern } from '../../../src/lib/linear-pattern.js';

for (const [source, text] of [
  ['^(a+)+$', `${'a'.repeat(40)}!`],
  ['(x+x+)+y', 'x'.repeat(100_000)],
  ['^sk-[0-9a-f]+$', `sk-${'a'.repeat(1_000_000)}!`],
] as const) {
  test(`no text holds up ${source}`, () => {
    const startedAt = performance.now();
    expect(new LinearPattern(source).test(text)).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });
}

const sources = [
  '^sk-[0-9A-Za-z]{4,}$',
  '^k_\\d{3}$',
  'a\\s+b',
  '[^\\s-]x',
  '[\\]\\s]x',
  '\\Sx',
  '(已经)?停止',
  'A|b\\/c',
  '\\u5df2.',
];
const parts = fc.constantFrom(
  'sk-',
  'k_123',
  'a',
  'b',
  'b/c',
  'x',
  '-',
  ']',
  '已',
  '已经',
  '停止',
  ' ',
  '\t',
  '\u00a0',
  '\u3000',
  '\ufeff',
  '0aZ9',
);
for (const source of sources) {
  for (const flags of ['', 'i', 's', 'im']) {
    test(`/${source}/${flags} matches what JavaScript matches`, () => {
      const pattern = new LinearPattern(source, flags);
      const [part, whole] = [new RegExp(source, flags), new RegExp(`^(?:${source})$`, flags)];
      fc.assert(
        fc.property(fc.array(parts, { maxLength: 6 }), (list) => {
          const text = list.join('');
          expect([text, pattern.test(text), pattern.matches(text)]).toEqual([text, part.test(text), whole.test(text)]);
        }),
      );
    });
  }
}

for (const source of ['a(?=b)', 'a(?!b)', '(?<=a)b', '(?<!a)b', '(a)\\1', '(?<n>a)\\k<n>', 'a{2000}']) {
  test(`RE2 does not take ${source}`, () => expect(new LinearPattern(source).problem()).toBeTruthy());
}
