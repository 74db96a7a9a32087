import { expect, test } from '@playwright/test';
import { table } from '../../../../src/cli/output/table.js';

const rows = [
  ['ACCOUNT', 'KEY', 'NEXT RENEWAL'],
  ['work', 'until 2026-12-05 11:03', 'due now'],
  ['a-long-name-of-an-account', 'none', '-'],
];

test('a table that fits the terminal has columns', () => {
  expect(table(rows, 80).split('\n')).toEqual([
    'ACCOUNT                    KEY                     NEXT RENEWAL',
    'work                       until 2026-12-05 11:03  due now',
    'a-long-name-of-an-account  none                    -',
  ]);
  expect(table(rows)).toBe(table(rows, 80));
});

test('a table that is wider than the terminal becomes a block for each row', () => {
  expect(table(rows, 60).split('\n')).toEqual([
    'work',
    '  KEY           until 2026-12-05 11:03',
    '  NEXT RENEWAL  due now',
    'a-long-name-of-an-account',
    '  KEY           none',
    '  NEXT RENEWAL  -',
  ]);
  expect(table([['账号', '密钥'], ['work', '没有']], 6)).toBe('work\n  密钥  没有'); // prettier-ignore
});
