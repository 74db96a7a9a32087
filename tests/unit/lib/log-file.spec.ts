import { mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test as base } from '@playwright/test';
import { LogFile } from '../../../src/lib/log-file.js';

const dayMs = 86_400_000;
const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'keyturn-log-'));
    await use(folder);
    rmSync(folder, { recursive: true });
  },
});
const line = (at: number, text = 'x') => `${JSON.stringify({ time: new Date(at).toISOString(), msg: text })}\n`;

test('a full file is rotated while its writer runs, and only the newest files are kept', ({ folder }) => {
  const path = join(folder, 'keyturn.log');
  const log = new LogFile(path, { maxBytes: 100, kept: 2 });
  for (let number = 0; number < 12; number += 1) log.write(line(0, `line ${number}`));
  log.close();
  expect(readdirSync(folder).sort()).toEqual(['keyturn.log', 'keyturn.log.1', 'keyturn.log.2']);
  expect(readFileSync(path, 'utf8')).toContain('line 11');
});

test('a file is rotated by the age of its first line, and old files are deleted', ({ folder }) => {
  const path = join(folder, 'keyturn.log');
  let now = 100 * dayMs;
  writeFileSync(path, line(now - 3 * dayMs, 'first'));
  writeFileSync(`${path}.3`, line(0));
  utimesSync(`${path}.3`, 60 * 86_400, 60 * 86_400);
  const log = new LogFile(path, { now: () => now });
  log.write(line(now, 'second'));
  expect(readdirSync(folder)).toEqual(['keyturn.log']);
  now += 4 * dayMs;
  log.write(line(now, 'third'));
  expect(readFileSync(path, 'utf8')).toBe(line(now, 'third'));
  expect(readFileSync(`${path}.1`, 'utf8')).toContain('second');
  log.close();
});

test('a writer continues in the new file after another writer has rotated the old one', ({ folder }) => {
  const path = join(folder, 'keyturn.log');
  const [first, second] = [new LogFile(path, { maxBytes: 60 }), new LogFile(path, { maxBytes: 1e9 })];
  second.write(line(Date.now(), 'from the second'));
  first.write(line(Date.now(), 'from the first'));
  second.write(line(Date.now(), 'again'));
  expect(readFileSync(path, 'utf8')).toContain('from the first');
  expect(readFileSync(path, 'utf8')).toContain('again');
  first.close();
  second.close();
});
