import { open, readFile, readdir, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import type { SessionCheckpoint } from '../core/session-checkpoint.js';
import { ownIdentity, type ProcessIdentity } from '../lib/process-identity.js';

/** Epoch milliseconds at which Chromium last wrote each store; undefined when it is not there. */
export interface StoreTimes {
  readonly cookies?: number;
  readonly localStorage?: number;
}

/** How the profile's last browser ended; on disk beside the profile as `browser-run.json`. Times are epoch milliseconds. */
export interface BrowserRun {
  readonly openedAt: number;
  /** How new the profile's own data was before this browser touched its files. */
  readonly before: StoreTimes;
  /** When the checkpoint had been put in; what Chromium wrote later holds it. */
  readonly restoredAt?: number;
  /** The last checkpoint handed out by this browser. */
  readonly checkpointAt?: number;
  /** Present when the browser closed by itself, with everything written; the times are the stores' own, after the close. */
  readonly closed?: StoreTimes;
}

/** For each store, whether the checkpoint is the newest word, only fills gaps, or need not be looked at. */
export interface RestorePlan {
  readonly cookies: 'checkpoint-wins' | 'fill-gaps';
  readonly localStorage: 'checkpoint-wins' | 'fill-gaps' | 'as-it-is';
}

/**
 * A checkpoint is the newest word, except where Chromium wrote the profile after it was saved and the run then ended without
 * another one: killed, or not asked for a checkpoint. Which of the two is older shows in the files' own times. A profile that
 * nobody touched since a clean close needs no look at its localStorage, which costs a page per origin.
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

/** How new the profile's data is. A write before the restore was done says nothing: Chromium tidies its files when it starts. */
export function knownTimes(last: BrowserRun | undefined, now: StoreTimes): StoreTimes {
  if (!last) return now;
  const pick = (store: keyof StoreTimes) => {
    const at = now[store];
    return at !== undefined && last.restoredAt !== undefined && at > last.restoredAt ? at : last.before[store];
  };
  return { cookies: pick('cookies'), localStorage: pick('localStorage') };
}

/** Reads the times of the files that Chromium keeps cookies and localStorage in. */
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
  const times = await Promise.all(
    files.map((file) =>
      stat(file).then(
        (found) => found.mtimeMs,
        () => 0,
      ),
    ),
  );
  return Math.max(0, ...times) || undefined;
}

const runFile = (userDataDir: string) => path.join(path.dirname(path.resolve(userDataDir)), 'browser-run.json');

/** Which keyturn opened the last browser. */
export type RunOpener = Pick<ProcessIdentity, 'host' | 'bootId' | 'pidNamespace'>;

/** The record of the last browser; undefined when there was none or the file is not readable as one. */
export async function readRun(userDataDir: string): Promise<(BrowserRun & Partial<RunOpener>) | undefined> {
  try {
    const run = JSON.parse(await readFile(runFile(userDataDir), 'utf8')) as BrowserRun &
      RunOpener & { version: number };
    return run.version === 1 && typeof run.before === 'object' && run.before !== null ? run : undefined;
  } catch {
    return undefined;
  }
}

/** Replaces the record in one step, 0600. */
export async function writeRun(userDataDir: string, run: BrowserRun): Promise<void> {
  const file = runFile(userDataDir);
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(JSON.stringify({ version: 1, ...run, ...ownIdentity() }) + '\n');
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}
