import { AppError, appError } from '../errors/app-error.js';
import { storeErrors } from '../errors/store-errors.js';

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: "this user's disk quota is used up",
  EROFS: 'the file system is read-only',
  EACCES: 'this user may not write there or look into the folder',
  EPERM: 'the system does not allow it',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'a part of the path is a file, not a folder',
  EISDIR: 'it is a folder',
  ELOOP: 'it is a symbolic link, or its path goes in circles',
  ENAMETOOLONG: 'the path is too long',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open on this machine',
  EIO: 'the disk reports an error',
  EBUSY: 'another program holds it',
  EFBIG: 'it would be larger than this system allows',
};

/** The code of an error from the operating system, e.g. `ENOENT`. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Translates an error of the operating system into one with a reason. Returns any other error unchanged. */
export function writeError(path: string, error: unknown): unknown {
  const code = systemCode(error);
  if (error instanceof AppError || code === undefined) return error;
  return appError(storeErrors.cannotWrite, { path, reason: reasons[code] ?? code }, { cause: error });
}

export function readError(path: string, error: unknown): unknown {
  const code = systemCode(error);
  if (error instanceof AppError || code === undefined) return error;
  return appError(storeErrors.cannotRead, { path, reason: readReason(code) }, { cause: error });
}

/** Why a file could not be read, in words. */
export function readReason(code: string): string {
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'this user may not read it or look into its folder';
  return reasons[code] ?? code;
}
