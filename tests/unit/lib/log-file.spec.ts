import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test as base } from '@playwright/test';
import { LogFile, openLog } from '../../../src/lib/open-log.js';

const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'keyturn-log-'));
    await use(folder);
    rmSync(folder, { recursive: true });
  },
});
const line = (text: string) => `${JSON.stringify({ time: new Date(0).toISOString(), msg: text })}\n`;

test('a full file makes room for a new one, and the full one before is replaced', ({ folder }) => {
  const path = join(folder, 'keyturn.log');
  const log = new LogFile(path, undefined, 100);
  for (let number = 0; number < 12; number += 1) log.write(line(`line ${number}`));
  expect(readdirSync(folder).sort()).toEqual(['keyturn.log', 'keyturn.log.1']);
  expect(readFileSync(path, 'utf8')).toContain('line 11');
});

test('neither a log file nor a log folder that is a link is followed', ({ folder }) => {
  const elsewhere = join(folder, 'elsewhere');
  mkdirSync(elsewhere);
  const foreign = join(elsewhere, 'foreign');
  writeFileSync(foreign, 'mine\n', { mode: 0o644 });
  symlinkSync(foreign, join(folder, 'keyturn.log'));
  const troubles: unknown[] = [];
  new LogFile(join(folder, 'keyturn.log'), (error) => troubles.push(error)).write(line('one'));
  expect(readFileSync(foreign, 'utf8')).toBe('mine\n');
  symlinkSync(elsewhere, join(folder, 'logs'));
  openLog(join(folder, 'logs'), 'info', (problem) => troubles.push(problem)).info({}, 'two');
  expect(readdirSync(elsewhere)).toEqual(['foreign']);
  expect(troubles).toEqual([
    expect.objectContaining({ code: 'ELOOP' }),
    expect.stringMatching(/logs cannot be written \((ENOTDIR|ELOOP)\)/),
  ]);
});

test('a writer continues in the new file after another writer has moved the full one away', ({ folder }) => {
  const path = join(folder, 'keyturn.log');
  const [first, second] = [new LogFile(path, undefined, 60), new LogFile(path, undefined, 1e9)];
  second.write(line('from the second'));
  first.write(line('from the first'));
  second.write(line('again'));
  expect(readFileSync(path, 'utf8')).toContain('from the first');
  expect(readFileSync(path, 'utf8')).toContain('again');
});
