import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, expect } from '@playwright/test';
import { knownTimes, planRestore, readRun, writeRun, type BrowserRun } from '../../../src/browser/profile-state.js';
import type { SessionCheckpoint } from '../../../src/core/session-checkpoint.js';

const savedAt = Date.parse('2026-03-04T08:00:00Z');
const before = savedAt - 60_000;
const after = savedAt + 60_000;

const checkpoint = (savedBy: SessionCheckpoint['savedBy'] = 'browser'): SessionCheckpoint => ({
  version: 1,
  savedAt: new Date(savedAt).toISOString(),
  savedBy,
  cookies: [],
  origins: [],
});
const wins = { cookies: 'checkpoint-wins', localStorage: 'checkpoint-wins' };
const fills = { cookies: 'fill-gaps', localStorage: 'fill-gaps' };
const both = (at: number | undefined) => ({ cookies: at, localStorage: at });

test('without a record, the checkpoint wins', () => {
  expect(planRestore(undefined, both(after), checkpoint())).toEqual(wins);
});

test('after a clean close, no page has to be opened for localStorage', () => {
  const last: BrowserRun = {
    before: {},
    restoredAt: before,
    checkpointAt: savedAt,
    closed: both(after),
  };
  expect(planRestore(last, both(after), checkpoint())).toEqual({
    cookies: 'checkpoint-wins',
    localStorage: 'as-it-is',
  });
  expect(planRestore(last, both(after + 1), checkpoint()), 'somebody used the profile since').toEqual(wins);
  expect(planRestore(last, both(undefined), checkpoint()), 'the profile was deleted since').toEqual(wins);
  expect(planRestore(last, both(after), checkpoint('import')), 'an import brings its own').toEqual(wins);
});

test('the checkpoint is newer if the browser was killed before Chromium wrote anything', () => {
  const last: BrowserRun = { before: both(before), restoredAt: before, checkpointAt: savedAt };
  expect(planRestore(last, both(before), checkpoint())).toEqual(wins);
});

test('the profile is newer if the browser was killed after Chromium wrote more', () => {
  const last: BrowserRun = { before: both(before), restoredAt: before, checkpointAt: savedAt };
  expect(planRestore(last, both(after), checkpoint())).toEqual(fills);
  expect(planRestore(last, { cookies: before, localStorage: after }, checkpoint())).toEqual({
    cookies: 'checkpoint-wins',
    localStorage: 'fill-gaps',
  });
});

test('if the browser was killed during the restore, what Chromium tidied then does not count', () => {
  const last: BrowserRun = { before: both(before) };
  expect(planRestore(last, both(after), checkpoint())).toEqual(wins);
  expect(knownTimes(last, both(after))).toEqual(both(before));
});

test('the profile is newer if the browser closed without a stored checkpoint', () => {
  const last: BrowserRun = { before: both(before), restoredAt: savedAt, closed: both(after) };
  expect(planRestore(last, both(after), checkpoint())).toEqual(fills);
  expect(planRestore({ ...last, checkpointAt: after }, both(after), checkpoint())).toEqual(fills);
});

test('a checkpoint from a later HTTP renewal is newer than both', () => {
  const last: BrowserRun = { before: {}, restoredAt: before - 1, checkpointAt: before };
  expect(planRestore(last, both(before + 1), checkpoint('http'))).toEqual(wins);
});

test('the record is private, is replaced as a whole, and is ignored if invalid', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'keyturn-run-'));
  const userDataDir = path.join(folder, 'profile');
  const file = path.join(folder, 'browser-run.json');
  try {
    expect(await readRun(userDataDir)).toBeUndefined();
    const run: BrowserRun = { before: { cookies: 2 }, restoredAt: 3 };
    await writeRun(userDataDir, run);
    expect(await readRun(userDataDir)).toMatchObject({ ...run });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    for (const rubbish of ['', '{', 'null', '[]', '{"version":2}', '{"version":1}', '{"version":1,"before":null}']) {
      await writeFile(file, rubbish);
      expect(await readRun(userDataDir), rubbish).toBeUndefined();
    }
    await writeRun(userDataDir, run);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ pid: process.pid });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
