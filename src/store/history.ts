import * as z from 'zod/mini';
import { AppError } from '../lib/app-error.js';
import type { Log } from '../lib/log.js';
import type { AccountPaths } from './home.js';
import { stored } from '../lib/schema.js';
import { appendPrivateLine, readPrivateBytes } from '../lib/private-files.js';
import type { Warn } from './record-file.js';
import { parseJson } from './validate.js';

const historyEvent = stored({ at: z.string(), runId: z.string(), event: z.string() });

/** One event in an account's history. The details contain no secrets. */
export type HistoryEvent = Readonly<z.output<typeof historyEvent>> & { readonly [detail: string]: unknown };

/** Rejects when the write fails; a renewal goes on without the event. A power cut may take the newest events. */
export async function appendHistory(paths: AccountPaths, event: HistoryEvent): Promise<void> {
  await appendPrivateLine(paths.history, JSON.stringify(event));
}

/** The newest `limit` events, oldest first. Skips lines that a kill cut off. */
export async function readHistory(paths: AccountPaths, limit = 100): Promise<HistoryEvent[]> {
  const bytes = (await readPrivateBytes(paths.history)) ?? Buffer.alloc(0);
  const events = bytes
    .toString('utf8')
    .split('\n')
    .flatMap((line) => {
      const parsed = parseJson(historyEvent, line);
      return parsed.ok ? [parsed.value] : [];
    });
  return limit > 0 ? events.slice(-limit) : [];
}

interface HistoryOptions {
  readonly runId: string;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly redact?: (text: string) => string;
  readonly warn?: Warn;
}

/** @returns a function that appends to the account's history. It never rejects: a failed append must not stop a renewal. */
export function accountHistory(paths: AccountPaths, { runId, log, now, redact = String, warn }: HistoryOptions) {
  return async (event: string, given: object): Promise<void> => {
    const redacted = (_: string, value: unknown) => (typeof value === 'string' ? redact(value) : value);
    const details = JSON.parse(JSON.stringify(given, redacted)) as Record<string, unknown>;
    log.info({ event, ...details }, 'history');
    try {
      await appendHistory(paths, { at: new Date(now()).toISOString(), runId, event, ...details });
    } catch (error) {
      log.error({ err: error, event }, 'the history could not be written');
      if (error instanceof AppError) warn?.(error.texts.message);
    }
  };
}
