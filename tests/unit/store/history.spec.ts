import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { accountPaths } from '../../../src/store/home.js';
import { appendHistory, readHistory, verifyHistory, type HistoryEvent } from '../../../src/store/history.js';
import { runStoreChild } from './store-child.js';
import { expect, modeOf, test } from './temp-home.js';

const event = (number: number): HistoryEvent => ({
  at: new Date(number * 1000).toISOString(),
  runId: 'r1',
  event: 'rotate',
  number,
});

test.describe('the history of an account', () => {
  test('returns the newest events, oldest first', async ({ home }) => {
    const paths = accountPaths(home, 'work');
    expect(await readHistory(paths)).toEqual([]);
    expect(await verifyHistory(paths)).toEqual({ ok: true, lines: 0, torn: 0 });
    for (let number = 1; number <= 5; number++) await appendHistory(paths, event(number));
    expect((await readHistory(paths, 2)).map((each) => each['number'])).toEqual([4, 5]);
    expect(await readHistory(paths, 0)).toEqual([]);
    expect(await verifyHistory(paths)).toEqual({ ok: true, lines: 5, torn: 0 });
    expect(modeOf(paths.history)).toBe('600');
    expect(readdirSync(paths.folder)).toEqual(['history.jsonl']);
  });

  for (const [what, tamper, line] of [
    [
      'changed',
      (lines: string[]) => lines.map((text, i) => (i === 1 ? text.replace('"number":2', '"number":7') : text)),
      3,
    ],
    ['removed', (lines: string[]) => lines.filter((_, i) => i !== 1), 2],
    ['removed at the start', (lines: string[]) => lines.slice(1), 1],
    ['swapped', ([a = '', b = '', ...more]: string[]) => [b, a, ...more], 1],
    ['inserted', ([a = '', ...more]: string[]) => [a, a, ...more], 2],
    ['made unreadable', (lines: string[]) => lines.map((text, i) => (i === 1 ? 'x' : text)), 3],
  ] as const) {
    test(`a line that was ${what} is detected`, async ({ home }) => {
      const paths = accountPaths(home, 'work');
      for (let number = 1; number <= 4; number++) await appendHistory(paths, event(number));
      const lines = readFileSync(paths.history, 'utf8').trimEnd().split('\n');
      writeFileSync(paths.history, `${tamper(lines).join('\n')}\n`);
      expect(await verifyHistory(paths)).toMatchObject({ ok: false, line });
    });
  }

  test('a line that a kill truncated is skipped, and the chain continues after it', async ({ home }) => {
    const paths = accountPaths(home, 'work');
    await appendHistory(paths, event(1));
    appendFileSync(paths.history, '{"at":"2026-');
    expect(await readHistory(paths)).toHaveLength(1);
    await appendHistory(paths, event(2));
    expect((await readHistory(paths)).map((each) => each['number'])).toEqual([1, 2]);
    expect(await verifyHistory(paths)).toEqual({ ok: true, lines: 2, torn: 1 });
  });

  test('writers in several processes keep one chain', async ({ home }) => {
    const paths = accountPaths(home, 'work');
    const script = `
      import { accountPaths } from 'store/home.js';
      import { appendHistory } from 'store/history.js';
      const paths = accountPaths(process.argv[2], 'work');
      for (let number = 0; number < 15; number++) {
        await appendHistory(paths, { at: new Date().toISOString(), runId: 'r', event: 'e', number });
      }`;
    const children = Array.from({ length: 4 }, () => runStoreChild(script, [home]));
    for (const child of children) expect(await child.ended).toMatchObject({ code: 0, output: '' });
    expect(await verifyHistory(paths)).toEqual({ ok: true, lines: 60, torn: 0 });
  });

  test('an event longer than one read from the end of the file still gets a successor', async ({ home }) => {
    const paths = accountPaths(home, 'work');
    await appendHistory(paths, { ...event(1), text: 'x'.repeat(1024 * 1024) });
    await appendHistory(paths, event(2));
    expect(await verifyHistory(paths)).toEqual({ ok: true, lines: 2, torn: 0 });
  });
});
