import { appError, type AppError } from '../errors/app-error.js';
import { browserErrors } from '../errors/browser-errors.js';

export interface LaunchContext {
  readonly executablePath: string;
  readonly launchTimeoutMs: number;
  readonly display?: string;
}

/** Translates Playwright's launch error into a KT3xx error. Playwright's message quotes the whole command line. */
export function launchFailure(error: unknown, context: LaunchContext): AppError {
  const { executablePath } = context;
  const text = error instanceof Error ? error.message : String(error);
  const library = /error while loading shared libraries: ([^\s:]+)/.exec(text)?.[1];
  if (library) return appError(browserErrors.missingLibraries, { executablePath, library }, { cause: error });
  if (/No usable sandbox|sandboxing_failed|Operation not permitted.*clone|setuid sandbox/i.test(text)) {
    return appError(browserErrors.sandboxUnavailable, { executablePath }, { cause: error });
  }
  if (/Missing X server|cannot open display|Unable to open X display|Authorization required/i.test(text)) {
    return appError(browserErrors.displayUnreachable, { display: context.display ?? '' }, { cause: error });
  }
  return appError(
    browserErrors.launchFailed,
    { executablePath, reason: reasonOf(text, context.launchTimeoutMs) },
    { cause: error },
  );
}

function reasonOf(text: string, timeoutMs: number): string {
  if (/ProcessSingleton|profile appears to be in use|existing browser session/i.test(text)) {
    return 'its profile is open in another browser';
  }
  if (/No space left on device|ENOSPC/.test(text)) return 'the disk is full';
  if (/EACCES|Permission denied/i.test(text)) return 'this user may not start it or write to its profile';
  if (/Protocol error/.test(text)) return 'it does not speak the debugging protocol of this Playwright';
  if (/ENOENT/.test(text)) return 'it is not there';
  if (/ENOEXEC|Exec format error/i.test(text)) return 'it is not a program for this machine';
  if (/Timeout \d+ms exceeded/.test(text)) return `it was not ready within ${Math.round(timeoutMs / 1000)} s`;
  const exit = /exitCode=(\d+|null), signal=(\w+)/.exec(text);
  if (exit) return exit[2] === 'null' ? `it ended at once with exit code ${exit[1]}` : `it was ended by ${exit[2]}`;
  return 'it ended at once';
}
