import { appError } from './app-error.js';
import { storeErrors } from './store-errors.js';
import { fileReasons, readReasons } from '../messages/file-reasons.js';
import { same, type Text } from '../messages/text.js';

/** The code of an error from the operating system, e.g. `ENOENT`. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Translates an error of the operating system into one with a reason. Returns any other error unchanged. */
export function writeError(path: string, error: unknown): unknown {
  const code = systemCode(error);
  if (code === undefined) return error;
  return appError(storeErrors.cannotWrite, { path, reason: fileReasons[code] ?? same(code) }, { cause: error });
}

export function readError(path: string, error: unknown): unknown {
  const code = systemCode(error);
  if (code === undefined) return error;
  return appError(storeErrors.cannotRead, { path, reason: readReason(code) }, { cause: error });
}

export function readReason(code: string): Text {
  return readReasons[code] ?? fileReasons[code] ?? same(code);
}
