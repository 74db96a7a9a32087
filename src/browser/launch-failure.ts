import { appError, type AppError } from '../lib/app-error.js';
import { browserErrors } from './browser-errors.js';
import { browserReasons } from '../messages/browser-errors.js';
import { fileReasons } from '../messages/file-reasons.js';
import type { Text } from '../messages/text.js';

/** Translates Playwright's launch error into a KT3xx error. Playwright's message quotes the whole command line. */
export function launchFailure(
  error: unknown,
  context: { readonly executablePath: string; readonly launchTimeoutMs: number; readonly display?: string },
): AppError {
  const { executablePath } = context;
  const cause = { cause: error };
  const text = error instanceof Error ? error.message : String(error);
  const library = /error while loading shared libraries: ([^\s:]+)/.exec(text)?.[1];
  if (library) {
    const reason = browserReasons.libraryMissing(library);
    const next = 'sudo npx playwright install-deps chromium';
    return appError(browserErrors.noBrowser, { wanted: executablePath, reason, next }, cause);
  }
  if (/No usable sandbox|sandboxing_failed|Operation not permitted.*clone|setuid sandbox/i.test(text)) {
    return appError(browserErrors.sandboxUnavailable, { executablePath }, cause);
  }
  if (/Missing X server|cannot open display|Unable to open X display|Authorization required/i.test(text)) {
    return appError(browserErrors.noDisplay, { display: context.display ?? '' }, cause);
  }
  return appError(
    browserErrors.launchFailed,
    { executablePath, reason: reasonOf(text, context.launchTimeoutMs) },
    cause,
  );
}

/** What Chromium or the system says, and what it means; the first that fits counts. */
const reasons: readonly (readonly [RegExp, Text])[] = [
  [/ProcessSingleton|profile appears to be in use|existing browser session/i, browserReasons.profileOpen],
  [/No space left on device|ENOSPC/, fileReasons['ENOSPC']!],
  [/EACCES|Permission denied/i, browserReasons.mayNotStart],
  [/Protocol error/, browserReasons.otherProtocol],
  [/ENOENT/, browserReasons.missing],
  [/ENOEXEC|Exec format error/i, browserReasons.otherMachine],
];

function reasonOf(text: string, timeoutMs: number): Text {
  const known = reasons.find(([pattern]) => pattern.test(text))?.[1];
  if (known) return known;
  if (/Timeout \d+ms exceeded/.test(text)) return browserReasons.notReady(Math.round(timeoutMs / 1000));
  const [, code, signal = ''] = /exitCode=(\d+|null), signal=(\w+)/.exec(text) ?? [];
  if (code === undefined) return browserReasons.endedAtOnce;
  return signal === 'null' ? browserReasons.exitCode(code) : browserReasons.signal(signal);
}
