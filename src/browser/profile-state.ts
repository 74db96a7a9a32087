import { readFile, readdir, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SessionCheckpoint } from '../core/session-checkpoint.js';
import { ownIdentity, type ProcessIdentity } from '../lib/process-identity.js';

/** Epoch milliseconds of the last write to each Chromium store; undefined when the store does not exist. */
export interface StoreTimes {
  readonly cookies?: number;
  readonly localStorage?: number;
}

/** How the last browser ended. Saved beside the profile as `browser-run.json`; times are epoch milliseconds. */
export interface BrowserRun {
  /** The last writes to the profile's own data before this browser touched the files. */
  readonly before: StoreTimes;
  /** When the checkpoint was restored. Chromium's later writes include it. */
  readonly restoredAt?: number;
  /** When this browser saved its last checkpoint. */
  readonly checkpointAt?: number;
  /** Present after a clean close, with everything written: the last writes to the stores. */
  readonly closed?: StoreTimes;
}

/** For each store: whether the checkpoint overwrites it, only fills its gaps, or is not applied. */
export interface RestorePlan {
  readonly cookies: 'checkpoint-wins' | 'fill-gaps';
  readonly localStorage: 'checkpoint-wins' | 'fill-gaps' | 'as-it-is';
}

/**
 * The checkpoint counts as newer than the profile, with one exception: Chromium wrote the profile after the checkpoint
 * was saved, and the run then ended without another checkpoint (killed, or none requested). The file times decide
 * which is newer. If nothing touched the profile since a clean close, its localStorage stays as it is, because
 * restoring it costs a page per origin.
 */
export function planRestore(last: BrowserRun | undefined, now: StoreTimes, checkpoint: SessionCheckpoint): RestorePlan {
  const savedAt = Date.parse(checkpoint.savedAt);
  const holdsLastCheckpoint = last?.checkpointAt !== undefined && savedAt >= last.checkpointAt;
  if (!last || (last.closed && holdsLastCheckpoint)) {
    const isUntouched = now.localStorage !== undefined && now.localStorage === last?.closed?.localStorage;
    const isNews = checkpoint.savedBy === 'import';
    return { cookies: 'checkpoint-wins', localStorage: isUntouched && !isNews ? 'as-it-is' : 'checkpoint-wins' };
  }
  const known = knownTimes(last, now);
  const plan = (at: number | undefined) => (at !== undefined && at > savedAt ? 'fill-gaps' : 'checkpoint-wins');
  return { cookies: plan(known.cookies), localStorage: plan(known.localStorage) };
}

/** Ignores writes from before the restore finished: Chromium tidies its files when it starts. */
export function knownTimes(last: BrowserRun | undefined, now: StoreTimes): StoreTimes {
  if (!last) return now;
  const pick = (store: keyof StoreTimes) => {
    const at = now[store];
    return at !== undefined && last.restoredAt !== undefined && at > last.restoredAt ? at : last.before[store];
  };
  return { cookies: pick('cookies'), localStorage: pick('localStorage') };
}

export async function storeTimes(userDataDir: string): Promise<StoreTimes> {
  const profile = path.join(userDataDir, 'Default');
  const levelDb = path.join(profile, 'Local Storage/leveldb');
  const names = await readdir(levelDb).catch(() => []);
  const cookieFiles = ['Cookies', 'Cookies-journal', 'Network/Cookies', 'Network/Cookies-journal'];
  return {
    cookies: await newest(cookieFiles.map((name) => path.join(profile, name))),
    localStorage: await newest(names.filter((n) => /\.(log|ldb)$/.test(n)).map((name) => path.join(levelDb, name))),
  };
}

async function newest(files: readonly string[]): Promise<number | undefined> {
  const found = await Promise.all(files.map((file) => stat(file).catch(() => undefined)));
  return Math.max(0, ...found.map((stats) => stats?.mtimeMs ?? 0)) || undefined;
}

const runFile = (userDataDir: string) => path.join(path.dirname(path.resolve(userDataDir)), 'browser-run.json');

type RunOpener = Pick<ProcessIdentity, 'host' | 'bootId' | 'pidNamespace'>;

export async function readRun(userDataDir: string): Promise<(BrowserRun & RunOpener) | undefined> {
  try {
    const run = JSON.parse(await readFile(runFile(userDataDir), 'utf8')) as BrowserRun &
      RunOpener & { version: number };
    return run.version === 1 && typeof run.before === 'object' && run.before !== null ? run : undefined;
  } catch {
    return undefined;
  }
}

/** Replaces the record atomically, with mode 0600. */
export async function writeRun(userDataDir: string, run: BrowserRun): Promise<void> {
  const file = runFile(userDataDir);
  const temporary = `${file}.${process.pid}.tmp`;
  const text = JSON.stringify({ version: 1, ...run, ...ownIdentity() }) + '\n';
  await writeFile(temporary, text, { mode: 0o600, flush: true });
  await rename(temporary, file);
}
