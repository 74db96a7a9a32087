import { constants, type Stats } from 'node:fs';
import { chmod, link, lstat, mkdir, open, readdir, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { appError, type AppError } from '../errors/app-error.js';
import { shellWord } from '../errors/shell-word.js';
import { storeErrors } from '../errors/store-errors.js';
import { isPidInUse } from './process-identity.js';
import { readError, systemCode, writeError } from './system-error.js';

const isPosix = process.platform !== 'win32';
const largestFileBytes = 64 * 1024 * 1024;
// Absent on Windows; O_NONBLOCK keeps a FIFO planted under our name from blocking the open for ever.
const safeFlags = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const readFlags = constants.O_RDONLY | safeFlags;
const appendFlags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | safeFlags;

/**
 * Makes the folder and its missing parents with mode 0700, whatever the umask. One that is there already must be ours and
 * private, unless it is empty: then it is made private, since nothing in it can have been read.
 */
export async function ensurePrivateDir(dir: string): Promise<void> {
  try {
    const stats = (await statIfThere(dir)) ?? (await makeFolder(dir), await stat(dir));
    if (!stats.isDirectory())
      throw appError(storeErrors.cannotWrite, { path: dir, reason: 'it is a file, not a folder' });
    if (!isPosix) return;
    requireOwner(dir, stats);
    if ((stats.mode & 0o077) === 0) return;
    if (isSticky(stats) || (await readdir(dir)).length > 0) throw looseFolder(dir, stats);
    await chmod(dir, 0o700);
  } catch (error) {
    throw writeError(dir, error);
  }
}

function looseFolder(dir: string, stats: Stats): AppError {
  const mode = octal(stats.mode);
  if (isSticky(stats)) return appError(storeErrors.sharedFolder, { path: dir, mode });
  return appError(storeErrors.looseMode, { path: dir, mode, wanted: '700', isFolder: true });
}

/** Not mkdir's own `recursive`: that one never returns where a file system answers ENOENT to every mkdir, as /proc does. */
async function makeFolder(dir: string, isRetry = false): Promise<void> {
  try {
    await mkdir(dir, 0o700);
    if (isPosix) await chmod(dir, 0o700);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return;
    if (systemCode(error) !== 'ENOENT' || isRetry || dirname(dir) === dir) throw error;
    await makeFolder(dirname(dir));
    await makeFolder(dir, true);
  }
}

async function statIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Swaps the file's content in one step: a reader, or a kill at any instant, sees the whole old content or the whole new one.
 * The new content is on the disk, not only in the cache, when this resolves.
 */
export async function writePrivateFile(path: string, data: string | Uint8Array): Promise<void> {
  await ensurePrivateDir(dirname(path));
  await throughTemp(path, data, (temp) => renameOver(temp, path));
}

/** As {@link writePrivateFile}, but only where there is no such file yet. Of several at once one is told true. */
export async function createPrivateFile(path: string, data: string | Uint8Array): Promise<boolean> {
  await ensurePrivateDir(dirname(path));
  return createNewFile(path, data);
}

/** As {@link createPrivateFile}, also in a folder that others may look into. */
export async function createNewFile(path: string, data: string | Uint8Array): Promise<boolean> {
  let isCreated = true;
  await throughTemp(path, data, async (temp) => {
    try {
      await link(temp, path);
    } catch (error) {
      if (systemCode(error) !== 'EEXIST' && !isLinkless(error)) throw error;
      // Without links the look comes before the rename: two at the same instant could then both be told true.
      isCreated = systemCode(error) !== 'EEXIST' && (await statIfThere(path)) === undefined;
      if (isCreated) return renameOver(temp, path);
    }
    await unlink(temp);
  });
  return isCreated;
}

/** Whether the file system cannot do hard links, as exFAT and some network drives cannot. */
export function isLinkless(error: unknown): boolean {
  return ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EMLINK'].includes(systemCode(error) ?? '');
}

async function throughTemp(
  path: string,
  data: string | Uint8Array,
  publish: (temp: string) => Promise<void>,
): Promise<void> {
  const folder = dirname(path);
  const temp = tempName(path);
  let handle: FileHandle | undefined;
  ownTemps.add(temp);
  try {
    handle = await open(temp, 'wx', 0o600);
    // The umask may have taken bits away; nothing can have added any.
    if (isPosix) await handle.chmod(0o600);
    await handle.writeFile(data);
    await handle.sync();
    await handle.close();
    handle = undefined;
    await publish(temp);
    await syncFolder(folder);
  } catch (error) {
    await handle?.close().catch(() => undefined);
    await unlink(temp).catch(() => undefined);
    throw writeError(path, error);
  } finally {
    ownTemps.delete(temp);
  }
}

/** Undefined when there is no such file. Refuses links, other users' files and files that others can read, as ssh does. */
export async function readPrivateFile(path: string): Promise<string | undefined> {
  const bytes = await readPrivateBytes(path);
  if (bytes === undefined) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw appError(storeErrors.damaged, { path, problems: ['it is not UTF-8 text'] }, { cause });
  }
}

export interface ReadBytesOptions {
  /** Larger files are refused. */
  readonly maxBytes?: number;
  /** Only this many bytes from the end. */
  readonly lastBytes?: number;
}

/** As {@link readPrivateFile}, undecoded. */
export async function readPrivateBytes(path: string, options: ReadBytesOptions = {}): Promise<Buffer | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, readFlags);
    const stats = await handle.stat();
    requirePrivateFile(path, stats);
    if (options.lastBytes === undefined && stats.size > (options.maxBytes ?? largestFileBytes)) {
      throw appError(storeErrors.notAPlainFile, { path, found: `a file of ${stats.size} bytes` });
    }
    if (options.lastBytes === undefined || stats.size <= options.lastBytes) return await handle.readFile();
    const tail = Buffer.alloc(options.lastBytes);
    const { bytesRead } = await handle.read(tail, 0, tail.length, stats.size - tail.length);
    return tail.subarray(0, bytesRead);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw readError(path, linkError(path, error));
  } finally {
    await handle?.close();
  }
}

/** Throws when the file is not a plain file of ours that only we can read. */
export function requirePrivateFile(path: string, stats: Stats): void {
  if (!stats.isFile()) throw appError(storeErrors.notAPlainFile, { path, found: kindOf(stats) });
  if (!isPosix) return;
  requireOwner(path, stats);
  if ((stats.mode & 0o077) !== 0) {
    throw appError(storeErrors.looseMode, { path, mode: octal(stats.mode), wanted: '600', isFolder: false });
  }
}

/** What is wrong with the mode or the owner of a file or folder that the user named, and the command that mends it. */
export interface Exposure {
  readonly problem: string;
  readonly fix: string;
}

/**
 * How other users can get at a file that the user keeps outside the home. It may be root's; one that systemd hands over with
 * `LoadCredential=` shows its ACL as group bits.
 */
export function fileExposure(path: string, stats: Stats, credentials: string | undefined): Exposure | undefined {
  if (!isPosix) return undefined;
  if (isForeign(stats)) return foreignExposure(path, stats);
  const forbidden = stats.uid === 0 && credentials !== undefined && isWithin(credentials, path) ? 0o037 : 0o077;
  if ((stats.mode & forbidden) === 0) return undefined;
  const problem = `it has mode ${octal(stats.mode)}, so other users can read or change it`;
  return { problem, fix: `chmod 600 ${shellWord(path)}` };
}

/** How other users can change a file that the user keeps; it may be root's. */
export function writeExposure(path: string, stats: Stats): Exposure | undefined {
  if (!isPosix) return undefined;
  if (isForeign(stats)) return foreignExposure(path, stats);
  if ((stats.mode & 0o022) === 0) return undefined;
  const problem = `it has mode ${octal(stats.mode)}, so other users can change it`;
  return { problem, fix: `chmod 600 ${shellWord(path)}` };
}

/** How other users can replace the files in a folder. In a sticky one, such as /tmp, they can replace only their own. */
export function folderExposure(path: string, stats: Stats): Exposure | undefined {
  if (!isPosix) return undefined;
  if (isForeign(stats)) return foreignExposure(path, stats);
  if ((stats.mode & 0o022) === 0 || isSticky(stats)) return undefined;
  const problem = `its folder ${path} has mode ${octal(stats.mode)}, so other users can replace it`;
  return { problem, fix: `chmod go-w ${shellWord(path)}` };
}

function isForeign({ uid }: Stats): boolean {
  return uid !== 0 && uid !== process.geteuid?.();
}

function foreignExposure(path: string, stats: Stats): Exposure {
  const what = stats.isDirectory() ? `its folder ${path}` : 'it';
  const fix = `sudo chown ${process.geteuid?.() ?? 0} ${shellWord(path)}`;
  return { problem: `${what} belongs to another user (uid ${stats.uid})`, fix };
}

function isWithin(folder: string, path: string): boolean {
  const rest = relative(folder, path);
  return rest !== '' && !rest.startsWith('..') && !isAbsolute(rest);
}

/**
 * Appends one line in one write and waits until it is on the disk. The line has no line break in it.
 * What a kill left of a line before it is ended first, so that the two do not run together.
 */
export async function appendPrivateLine(path: string, line: string): Promise<void> {
  await ensurePrivateDir(dirname(path));
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, appendFlags, 0o600);
    const stats = await handle.stat();
    if (stats.size === 0 && stats.isFile() && isPosix) await handle.chmod(0o600);
    else requirePrivateFile(path, stats);
    await handle.appendFile(`${(await endsInLine(handle, stats.size)) ? '' : '\n'}${line}\n`);
    await handle.sync();
  } catch (error) {
    throw writeError(path, linkError(path, error));
  } finally {
    await handle?.close();
  }
}

async function endsInLine(handle: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return true;
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return bytesRead === 0 || buffer[0] === 0x0a;
}

/** O_NOFOLLOW answers ELOOP, or EMLINK on FreeBSD. */
function linkError(path: string, error: unknown): unknown {
  if (systemCode(error) !== 'ELOOP' && systemCode(error) !== 'EMLINK') return error;
  return appError(storeErrors.notAPlainFile, { path, found: 'a symbolic link' }, { cause: error });
}

/** Says whether there was one. */
export async function removePrivateFile(path: string): Promise<boolean> {
  try {
    await unlink(path);
    await syncFolder(dirname(path));
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw writeError(path, error);
  }
}

/**
 * Removes what killed writers left in the folder. Those of a process that lives stay: their age says little where a clock jumps
 * or a file server's is another. Those of a rotation stay until it is settled, however long the machine was off: one may
 * hold the only copy of a new key.
 */
export async function sweepTemps(dir: string, now: number = Date.now()): Promise<void> {
  const names = await readdir(dir).catch(() => [] as string[]);
  const isUnsettled = names.some((name) => name === 'rotation.json' || name === 'rotation.json.bak');
  for (const name of names.filter((n) => tempPattern.test(n))) {
    const path = join(dir, name);
    if (isBeingWritten(path) || (isUnsettled && name.startsWith('.rotation.json.'))) continue;
    const stats = await lstat(path).catch(() => undefined);
    // On another host that shares the folder somebody may be at work.
    if (stats?.isFile() && now - stats.mtimeMs > minuteMs) await unlink(path).catch(() => undefined);
  }
}

/** Whether the process whose {@link tempName} this is lives on this machine. */
export function isBeingWritten(temp: string): boolean {
  const pid = Number(tempPattern.exec(basename(temp))?.[1]);
  // A container's processes may all have the same number, one after the other.
  return pid === process.pid ? ownTemps.has(temp) : isPidInUse(pid);
}

/** The temps of writes to this file that ended before the file was there; empty when the folder cannot be read. */
export async function unfinishedWrites(path: string): Promise<readonly string[]> {
  const folder = dirname(path);
  const names = await readdir(folder).catch(() => [] as string[]);
  return names
    .filter((name) => name.startsWith(`.${basename(path)}.`) && tempPattern.test(name))
    .map((name) => join(folder, name));
}

const minuteMs = 60_000;
const tempPattern = /^\..+\.(\d+)\.[0-9a-z]+\.tmp$/;
/** Of the writes that are under way in this process. */
const ownTemps = new Set<string>();

/** Beside the target, so that the rename stays within one file system. Chance only avoids retries: 'wx' decides. */
export function tempName(path: string): string {
  const chance = Math.random().toString(36).slice(2, 10) || '0';
  return join(dirname(path), `.${basename(path)}.${process.pid}.${chance}.tmp`);
}

async function renameOver(from: string, to: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return await rename(from, to);
    } catch (error) {
      // A virus scanner or an indexer that looks at the old file blocks the rename on Windows for a moment.
      if (isPosix || tries >= 20 || !['EPERM', 'EACCES', 'EBUSY'].includes(systemCode(error) ?? '')) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Makes a rename or removal in the folder last through a power cut. Windows and some network file systems cannot. */
export async function syncFolder(folder: string): Promise<void> {
  if (!isPosix) return;
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EISDIR', 'EBADF'].includes(systemCode(error) ?? '')) throw error;
  } finally {
    await handle.close();
  }
}

function requireOwner(path: string, stats: Stats): void {
  const self = process.geteuid?.();
  if (self !== undefined && stats.uid !== self) {
    throw appError(storeErrors.foreignOwner, { path, owner: stats.uid, self });
  }
}

function isSticky({ mode }: Stats): boolean {
  return (mode & 0o1000) !== 0;
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}

export function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isSymbolicLink()) return 'a symbolic link';
  if (stats.isFIFO()) return 'a named pipe';
  return 'not a plain file';
}
