import { isUtf8 } from 'node:buffer';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  unlinkSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { chmod, mkdir, readdir, rename } from 'node:fs/promises';
import { promisify } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { appError } from './app-error.js';
import { orUndefined } from './or-undefined.js';
import { shellWord } from '../messages/shell-word.js';
import { storeErrors } from './store-errors.js';
import { exposureTexts, fileKinds, fileNotFolder } from '../messages/file-reasons.js';
import type { Text } from '../messages/text.js';
import { readError, systemCode, writeError } from './system-error.js';

const isPosix = process.platform !== 'win32';
const largestFileBytes = 64 * 1024 * 1024;
const appendFlags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT;

/**
 * Small files are read and written at once in this thread: a way through the thread pool for each open, stat, read and
 * close takes several times as long. Only the wait for the disk is worth the way.
 */
const sync = promisify(fsync);

/** An existing folder must be this user's and private. An empty one holds nothing yet, so it is made private. */
export async function ensurePrivateDir(dir: string): Promise<void> {
  try {
    const stats = statSync(dir, { throwIfNoEntry: false }) ?? (await makeFolder(dir), statSync(dir));
    if (!stats.isDirectory()) throw appError(storeErrors.cannotWrite, { path: dir, reason: fileNotFolder });
    const found = exposure(dir, stats, { forbidden: 0o077, danger: exposureTexts.read });
    if (!found) return;
    if ((stats.mode & 0o1000) !== 0) {
      const fix = `export KEYTURN_HOME=${shellWord(`${dir}/keyturn`)}`;
      throw appError(storeErrors.notPrivate, { path: dir, why: exposureTexts.shared, fix });
    }
    const isOwn = stats.uid === process.geteuid?.();
    if (!isOwn || (await readdir(dir)).length > 0) throw notPrivate(dir, found);
    await chmod(dir, 0o700);
  } catch (error) {
    throw writeError(dir, error);
  }
}

const notPrivate = (path: string, { problem, fix }: Exposure) =>
  appError(storeErrors.notPrivate, { path, why: problem, fix });

/** mkdir's `recursive` never returns where a file system answers ENOENT to every mkdir, as /proc does. */
async function makeFolder(dir: string, isRetry = false): Promise<void> {
  try {
    await mkdir(dir, 0o700);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return;
    if (systemCode(error) !== 'ENOENT' || isRetry || dirname(dir) === dir) throw error;
    await makeFolder(dirname(dir));
    await makeFolder(dir, true);
  }
}

/**
 * What a power cut cannot undo once a write has resolved. `content`: it may bring back the file from before, complete,
 * until something else in the folder is synced. `nothing`: it may also leave a file that is empty or cut off.
 */
export type Outlasts = 'all' | 'content' | 'nothing';

/** Replaces the file in one step, even if killed. By default it is on the disk when this resolves, not only cached. */
export async function writePrivateFile(path: string, data: string | Uint8Array, outlasts?: Outlasts): Promise<void> {
  await ensurePrivateDir(dirname(path));
  await throughTemp(path, data, (temp) => renameOver(temp, path), { outlasts });
}

/** Creates a file where none exists; the folder may be open to others. Of several calls, one resolves to true. */
export async function createNewFile(path: string, data: string | Uint8Array, outlasts?: Outlasts): Promise<boolean> {
  try {
    await throughTemp(path, data, (temp) => linkSync(temp, path), { outlasts });
    return true;
  } catch (error) {
    if (systemCode((error as Error).cause) === 'EEXIST') return false;
    throw error;
  }
}

/** `publish` gives the private, synced temporary file its place; `prepare` may change its mode and owner. */
export async function throughTemp(
  path: string,
  data: string | Uint8Array,
  publish: (temp: string) => void | Promise<void>,
  { outlasts = 'all', prepare }: { outlasts?: Outlasts; prepare?: (descriptor: number) => void } = {},
): Promise<void> {
  const temp = tempName(path);
  try {
    const descriptor = openSync(temp, 'wx', 0o600);
    try {
      // The umask may have removed mode bits, but cannot have added any.
      fchmodSync(descriptor, 0o600);
      writeFileSync(descriptor, data);
      prepare?.(descriptor);
      if (outlasts !== 'nothing') await sync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    await publish(temp);
    removeTemp(temp);
    if (outlasts === 'all') await syncFolder(dirname(path));
  } catch (error) {
    removeTemp(temp);
    throw writeError(path, error);
  }
}

/** A rename may have taken it away. */
const removeTemp = (temp: string) => orUndefined(() => unlinkSync(temp));

/** Undefined when there is no such file. Rejects a link, another user's file and a file that others can read. */
export async function readPrivateFile(path: string): Promise<string | undefined> {
  const bytes = await readPrivateBytes(path);
  if (bytes === undefined) return undefined;
  if (!isUtf8(bytes)) throw appError(storeErrors.damaged, { path, problems: ['it is not UTF-8 text'] });
  return new TextDecoder().decode(bytes);
}

/** Like {@link readPrivateFile}, undecoded. */
export function readPrivateBytes(path: string): Promise<Buffer | undefined> {
  return new Promise((resolve) => resolve(readNow(path)));
}

function readNow(path: string): Buffer | undefined {
  try {
    return withOpenFile(path, constants.O_RDONLY, (descriptor) => {
      const stats = fstatSync(descriptor);
      requirePrivateFile(path, stats);
      if (stats.size <= largestFileBytes) return readFileSync(descriptor);
      throw appError(storeErrors.notAPlainFile, { path, found: fileKinds.size(stats.size) });
    });
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw readError(path, linkError(path, error));
  }
}

/** Does not follow a link. With O_NONBLOCK, opening a FIFO at this path does not block for ever. Windows has neither. */
export function withOpenFile<T>(path: string, flags: number, work: (descriptor: number) => T): T {
  const safeFlags = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const descriptor = openSync(path, flags | safeFlags, 0o600);
  try {
    return work(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Throws unless this is a plain file that nobody else can read. */
function requirePrivateFile(path: string, stats: Stats): void {
  if (!stats.isFile()) throw appError(storeErrors.notAPlainFile, { path, found: kindOf(stats) });
  const found = exposure(path, stats, { forbidden: 0o077, danger: exposureTexts.read });
  if (found) throw notPrivate(path, found);
}

/** What is wrong with the mode or the owner of a file or folder, and the command that repairs it. */
export interface Exposure {
  readonly problem: Text;
  readonly fix: string;
}

/** How others can read or change the file. systemd's `LoadCredential=` shows an ACL as group bits. */
export function fileExposure(path: string, stats: Stats, credentials: string | undefined): Exposure | undefined {
  const isCredential = stats.uid === 0 && credentials !== undefined && isWithin(credentials, path);
  return exposure(path, stats, { forbidden: isCredential ? 0o037 : 0o077, danger: exposureTexts.read });
}

/** How other users can change the user's file; undefined when they cannot. */
export function writeExposure(path: string, stats: Stats): Exposure | undefined {
  return exposure(path, stats, { forbidden: 0o022, danger: exposureTexts.change });
}

/** How others can replace files in it. In a sticky folder, such as /tmp, users can replace only their own files. */
export function folderExposure(path: string, stats: Stats): Exposure | undefined {
  const forbidden = (stats.mode & 0o1000) === 0 ? 0o022 : 0;
  const what = exposureTexts.folder(path);
  return exposure(path, stats, { forbidden, danger: exposureTexts.replace, what, mode: 'go-w' });
}

/** Whether this user or root owns it. */
export const isTrusted = (uid: number): boolean => !isPosix || uid === 0 || uid === (process.geteuid?.() ?? 0);

/** The file or folder may belong to this user or to root. */
function exposure(
  path: string,
  stats: Stats,
  rule: { readonly forbidden: number; readonly danger: Text; readonly what?: Text; readonly mode?: string },
): Exposure | undefined {
  if (!isPosix) return undefined;
  const { forbidden, danger, what, mode = stats.isDirectory() ? '700' : '600' } = rule;
  if (!isTrusted(stats.uid)) {
    const self = process.geteuid?.() ?? 0;
    return { problem: exposureTexts.foreign(stats.uid, what), fix: `sudo chown ${self} ${shellWord(path)}` };
  }
  if ((stats.mode & forbidden) === 0) return undefined;
  const octal = (stats.mode & 0o7777).toString(8).padStart(4, '0');
  return { problem: exposureTexts.mode(octal, danger, what), fix: `chmod ${mode} ${shellWord(path)}` };
}

function isWithin(folder: string, path: string): boolean {
  const rest = relative(folder, path);
  return rest !== '' && !rest.startsWith('..') && !isAbsolute(rest);
}

/** Writes once, without waiting for the disk. First ends a line that a kill left unfinished. `line` has no line break. */
export async function appendPrivateLine(path: string, line: string): Promise<void> {
  await ensurePrivateDir(dirname(path));
  try {
    withOpenFile(path, appendFlags, (descriptor) => {
      const stats = fstatSync(descriptor);
      requirePrivateFile(path, stats);
      const last = Buffer.from('\n');
      readSync(descriptor, last, 0, 1, Math.max(0, stats.size - 1));
      writeFileSync(descriptor, `${last.toString() === '\n' ? '' : '\n'}${line}\n`);
    });
  } catch (error) {
    throw writeError(path, linkError(path, error));
  }
}

/** With O_NOFOLLOW, opening a link fails with ELOOP, or with EMLINK on FreeBSD. */
function linkError(path: string, error: unknown): unknown {
  if (systemCode(error) !== 'ELOOP' && systemCode(error) !== 'EMLINK') return error;
  return appError(storeErrors.notAPlainFile, { path, found: fileKinds.link }, { cause: error });
}

/** `content`: a power cut may bring the file back until something else in the folder is synced. */
export async function removePrivateFile(path: string, outlasts: Outlasts = 'all'): Promise<boolean> {
  try {
    unlinkSync(path);
    if (outlasts === 'all') await syncFolder(dirname(path));
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw writeError(path, error);
  }
}

/**
 * Removes temporary files of killed writers, ten minutes older than the folder's last change. Keeps those of an
 * unsettled rotation, because one may hold the only copy of a new key. `only`: the file to sweep for.
 */
export function sweepTemps(dir: string, only?: string): void {
  const names = namesIn(dir);
  if (names.length === 0) return;
  const isUnsettled = names.includes('rotation.json');
  // The clock of the file system, which is also the clock of the files' ages.
  const changedAtMs = lstatSync(dir, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  for (const name of names) {
    const [, target] = tempPattern.exec(name) ?? [];
    if (target === undefined || (only !== undefined && target !== only)) continue;
    if (isUnsettled && target === 'rotation.json') continue;
    const path = join(dir, name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats?.isFile() && changedAtMs - stats.mtimeMs > 600_000) removeTemp(path);
  }
}

/** The temporary files of writes to this file that ended too early; empty when the folder cannot be read. */
export function unfinishedWrites(path: string): readonly string[] {
  const own = namesIn(dirname(path)).filter((name) => tempPattern.exec(name)?.[1] === basename(path));
  return own.map((name) => join(dirname(path), name));
}

/** Empty when the folder cannot be read. */
const namesIn = (folder: string): readonly string[] => orUndefined(() => readdirSync(folder)) ?? [];

/** Names of {@link tempName}: the file's name and the writer's pid. */
const tempPattern = /^\.(.+)\.(\d+)\.[0-9a-z]+\.tmp$/;

/** The name is beside the target, so that the rename stays within one file system. The flag 'wx' prevents a clash. */
function tempName(path: string): string {
  const chance = Math.random().toString(36).slice(2, 10) || '0';
  return join(dirname(path), `.${basename(path)}.${process.pid}.${chance}.tmp`);
}

/** On Windows, a virus scanner or an indexer that reads the old file blocks the rename for a moment. */
async function renameOver(from: string, to: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return await rename(from, to);
    } catch (error) {
      if (isPosix || tries >= 20 || !['EPERM', 'EACCES', 'EBUSY'].includes(systemCode(error) ?? '')) throw error;
      await delay(50);
    }
  }
}

/** Makes a rename or removal survive a power cut. Windows and some network file systems do not support it. */
export async function syncFolder(folder: string): Promise<void> {
  if (!isPosix) return;
  const descriptor = openSync(folder, constants.O_RDONLY);
  try {
    await sync(descriptor);
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EISDIR', 'EBADF'].includes(systemCode(error) ?? '')) throw error;
  } finally {
    closeSync(descriptor);
  }
}

export function kindOf(stats: Stats): Text {
  if (stats.isDirectory()) return fileKinds.folder;
  if (stats.isSymbolicLink()) return fileKinds.link;
  return stats.isFIFO() ? fileKinds.pipe : fileKinds.other;
}
