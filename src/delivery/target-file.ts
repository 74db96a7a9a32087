import { constants, fchmodSync, fchownSync, fstatSync, type BigIntStats } from 'node:fs';
import { access, lstat, open, readlink, rename, stat, statfs, type FileHandle } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, sep } from 'node:path';
import { AppError } from '../lib/app-error.js';
import { createNewFile, isTrusted, sweepTemps, throughTemp } from '../lib/private-files.js';
import { systemCode } from '../lib/system-error.js';
import { fileReasons, foreignLink, notPlainFile, targetReasons, tooLarge } from '../messages/file-reasons.js';
import { same, type Text } from '../messages/text.js';
import { isMountedElsewhere } from './mounts.js';

/** A consumer's file as it was read. It belongs to another program, so its mode, owner and links are kept. */
export interface TargetFile {
  /** With all symbolic links resolved. */
  readonly path: string;
  readonly bytes: Buffer;
  readonly stats?: BigIntStats;
}

/** Why a file cannot be read or written. The reason completes "it cannot be written: …". */
export class TargetFileError extends Error {
  override readonly name = 'TargetFileError';

  constructor(
    readonly reason: Text,
    cause?: unknown,
  ) {
    super(reason.en, { cause });
  }
}

const largestBytes = 8 * 1024 * 1024;
const isPosix = process.platform !== 'win32';
const readFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

export async function readTargetFile(path: string): Promise<TargetFile> {
  const real = await realTarget(path);
  let handle: FileHandle | undefined;
  try {
    handle = await open(real, readFlags);
    const stats = await handle.stat({ bigint: true });
    if (!stats.isFile()) throw new TargetFileError(notPlainFile);
    if (stats.size > largestBytes) throw new TargetFileError(tooLarge(largestBytes / 1024 / 1024));
    return { path: real, bytes: await handle.readFile(), stats };
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw reasonFor(error);
    await access(dirname(real)).catch((why: unknown) => {
      throw reasonFor(why);
    });
    return { path: real, bytes: Buffer.alloc(0) };
  } finally {
    await handle?.close();
  }
}

/**
 * Resolves links, even when the last one points to a file that does not exist yet. Does not follow a link of another
 * user, who may have put it there to have a file of this user overwritten.
 */
async function realTarget(path: string, links = 0): Promise<string> {
  const parent = dirname(path) === path ? path : await realTarget(dirname(path), links);
  const at = join(parent, basename(path));
  const stats = await lstat(at).catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw reasonFor(error);
  });
  if (!stats?.isSymbolicLink()) return at;
  if (!isTrusted(stats.uid)) throw new TargetFileError(foreignLink(at, stats.uid));
  if (links > 40) throw new TargetFileError(targetReasons['ELOOP']!);
  const link = await readlink(at);
  return realTarget(isAbsolute(link) ? link : `${parent}${sep}${link}`, links + 1);
}

/** Why a write would fail; undefined when it would succeed. Changes nothing, not even for a moment. */
export async function whyNotWritable(
  file: TargetFile,
  bytesToWrite: number,
  inPlace = isMountedElsewhere(file.path),
): Promise<Text | undefined> {
  const folder = dirname(file.path);
  const folderProblem = await accessProblem(folder, constants.W_OK | constants.X_OK);
  const fileProblem = file.stats ? await accessProblem(file.path, constants.W_OK) : undefined;
  const canRename = folderProblem === undefined && (!file.stats || (!inPlace && canKeepOwner(file.stats)));
  if (!canRename && (!file.stats || fileProblem !== undefined)) {
    return reasonFor(fileProblem ?? folderProblem).reason;
  }
  const disk = await statfs(folder).catch(() => undefined);
  if (disk && disk.blocks > 0 && disk.bavail * disk.bsize < bytesToWrite + 4096) return fileReasons['ENOSPC'];
  return undefined;
}

/** Undefined when the access is allowed. */
const accessProblem = (path: string, mode: number): Promise<unknown> =>
  access(path, mode).catch((error: unknown) => error);

function canKeepOwner(stats: BigIntStats): boolean {
  const self = process.geteuid?.();
  return self === undefined || self === 0 || Number(stats.uid) === self;
}

/** `changed`: another program changed the file after it was read, so nothing was written. */
export type Written = 'replaced' | 'created' | 'written-through' | 'changed';

/**
 * Writes the new content to a temporary file beside the target, with the mode and owner of the target, syncs it and
 * renames it over the target. Where a rename would break what the file is (a bind mount, a second hard link,
 * another owner), or the folder accepts no new file, the content is written into the file itself. Removes the temporary
 * files, with the key in them, that a killed run left beside the file.
 * @param inPlace writes into the file itself; by default where another place of the file system shows this very file
 */
export async function writeTargetFile(
  file: TargetFile,
  bytes: Buffer,
  inPlace = isMountedElsewhere(file.path),
): Promise<Written> {
  const { path, stats } = file;
  try {
    if (!stats) return (await createNewFile(path, bytes)) ? 'created' : 'changed';
    if (!inPlace && stats.nlink === 1n && (await replaceFile(path, stats, bytes))) return 'replaced';
    return await writeThrough(file, stats, bytes);
  } catch (error) {
    if (error instanceof Changed) return 'changed';
    throw reasonFor(error);
  } finally {
    sweepTemps(dirname(path), basename(path));
  }
}

class Changed extends Error {}

/** Returns false, with the file unchanged, when a rename cannot replace it. */
async function replaceFile(path: string, stats: BigIntStats, bytes: Buffer): Promise<boolean> {
  // The file is on another device than its folder: something is mounted there, which a rename would not replace.
  if ((await stat(dirname(path), { bigint: true })).dev !== stats.dev) return false;
  const publish = async (temp: string) => {
    const now = await stat(path, { bigint: true }).catch(() => undefined);
    if (!now || !isSame(now, stats)) throw new Changed();
    await rename(temp, path);
  };
  try {
    await throughTemp(path, bytes, publish, { prepare: (descriptor) => keepOwner(descriptor, stats) });
    return true;
  } catch (error) {
    // EBUSY: a bind mount. The others: the folder accepts no new file, or the owner cannot be kept.
    if (['EBUSY', 'EXDEV', 'EACCES', 'EPERM', 'EROFS'].includes(codeOf(error) ?? '')) return false;
    throw error;
  }
}

function keepOwner(descriptor: number, { uid, gid, mode }: BigIntStats): void {
  if (!isPosix) return;
  const own = fstatSync(descriptor, { bigint: true });
  if (own.uid !== uid || own.gid !== gid) fchownSync(descriptor, Number(uid), Number(gid));
  // After chown, which clears the set-id bits.
  fchmodSync(descriptor, Number(mode & 0o7777n));
}

/**
 * Overwrites the file in one call. Where the new content is longer, the extra bytes are written first, so that a full
 * disk fails before anything is overwritten.
 */
async function writeThrough({ path, bytes: before }: TargetFile, stats: BigIntStats, bytes: Buffer): Promise<Written> {
  const handle = await open(path, constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    if (!isSame(await handle.stat({ bigint: true }), stats)) throw new Changed();
    if (bytes.length > before.length) {
      try {
        await writeAll(handle, bytes.subarray(before.length), before.length);
        await handle.sync();
      } catch (error) {
        await handle.truncate(before.length).catch(() => undefined);
        throw error;
      }
    }
    await writeAll(handle, bytes.subarray(0, before.length), 0);
    if (bytes.length < before.length) await handle.truncate(bytes.length);
    await handle.sync();
    return 'written-through';
  } finally {
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}

const isSame = (a: BigIntStats, b: BigIntStats) =>
  a.ino === b.ino && a.dev === b.dev && a.size === b.size && a.mtimeNs === b.mtimeNs;

function reasonFor(error: unknown): TargetFileError {
  if (error instanceof TargetFileError) return error;
  const code = codeOf(error);
  if (code === undefined) throw error;
  return new TargetFileError(targetReasons[code] ?? fileReasons[code] ?? same(code), error);
}

const codeOf = (error: unknown) => systemCode(error instanceof AppError ? error.cause : error);
