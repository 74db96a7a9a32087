import { appendFileSync, readdirSync } from 'node:fs';
import { accountPaths } from '../../../src/store/home.js';
import { appendHistory, readHistory, type HistoryEvent } from '../../../src/store/history.js';
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
    for (let number = 1; number <= 5; number++) await appendHistory(paths, event(number));
    expect(await readHistory(paths, 2)).toEqual([event(4), event(5)]);
    expect(await readHistory(paths, 5)).toHaveLength(5);
    expect(await readHistory(paths, 0)).toEqual([]);
    expect(modeOf(paths.history)).toBe('600');
    expect(readdirSync(paths.folder)).toEqual(['history.jsonl']);
  });

  test('a line that a kill truncated is skipped', async ({ home }) => {
    const paths = accountPaths(home, 'work');
    await appendHistory(paths, event(1));
    appendFileSync(paths.history, '{"at":"2026-');
    expect(await readHistory(paths)).toEqual([event(1)]);
    await appendHistory(paths, event(2));
    expect(await readHistory(paths)).toEqual([event(1), event(2)]);
  });

  test('writers in several processes lose no event', async ({ home }) => {
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
    expect(await readHistory(paths)).toHaveLength(60);
  });

  test('an event longer than one read from the end of the file is read', async ({ home }) => {
    const paths = accountPaths(home, 'work');
    const long = { ...event(1), text: 'x'.repeat(1024 * 1024) };
    await appendHistory(paths, long);
    expect(await readHistory(paths)).toEqual([long]);
    await appendHistory(paths, event(2));
    expect(await readHistory(paths)).toEqual([long, event(2)]);
  });
});
