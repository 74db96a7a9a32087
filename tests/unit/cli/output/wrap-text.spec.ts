import { expect, test } from '@playwright/test';
import { wrapText } from '../../../../src/cli/output/wrap-text.js';

test('English breaks at spaces, and a long word stays whole', () => {
  expect(wrapText('the key works until 2026-03-04 15:54, then it dies', 20)).toEqual([
    'the key works until',
    '2026-03-04 15:54,',
    'then it dies',
  ]);
  expect(wrapText('a https://example.com/very/long/path b', 10)).toEqual([
    'a',
    'https://example.com/very/long/path',
    'b',
  ]);
});

test('Chinese breaks between characters, and no line starts with punctuation', () => {
  const lines = wrapText('密钥有效期至 2026-03-04 15:54，之后失效。', 12);
  expect(lines).toEqual(['密钥有效期至', '2026-03-04', '15:54，之后', '失效。']);
});
