import { AppError } from '../errors/app-error.js';
import type { Log } from '../lib/log.js';
import type { Redactor } from '../lib/redactor.js';
import { appendHistory } from '../store/history.js';
import type { AccountPaths } from '../store/home.js';

interface HistoryOptions {
  readonly runId: string;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly redactor?: Pick<Redactor, 'text'>;
  readonly warn?: (message: string) => void;
}

/** @returns a function that appends to the account's history. It never rejects: a failed append must not stop a renewal. */
export function accountHistory(
  paths: AccountPaths,
  { runId, log, now, redactor, warn }: HistoryOptions,
): (event: string, details: object) => Promise<void> {
  return async (event, given) => {
    const redacted = Object.entries(given).map(([name, value]: [string, unknown]) => [
      name,
      typeof value === 'string' ? (redactor?.text(value) ?? value) : value,
    ]);
    const details = Object.fromEntries(redacted) as Record<string, unknown>;
    log.info({ event, ...details }, 'history');
    try {
      await appendHistory(paths, { at: new Date(now()).toISOString(), runId, event, ...details });
    } catch (error) {
      log.error({ err: error, event }, 'the history could not be written');
      if (error instanceof AppError) warn?.(error.message);
    }
  };
}
