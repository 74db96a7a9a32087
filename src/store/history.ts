import type { IsoTime } from '../core/outcome.js';
import type { AccountPaths } from './home.js';
import { appendPrivateLine, readPrivateBytes } from '../lib/private-files.js';
import { isPlainObject } from './validate.js';

/** One event in an account's history. The details contain no secrets. */
export interface HistoryEvent {
  readonly at: IsoTime;
  readonly runId: string;
  readonly event: string;
  readonly [detail: string]: unknown;
}

/** The event is on disk when this resolves. Rejects when the write fails; a renewal goes on without the event. */
export async function appendHistory(paths: AccountPaths, event: HistoryEvent): Promise<void> {
  await appendPrivateLine(paths.history, JSON.stringify(event));
}

/** The newest `limit` events, oldest first. Skips lines that a kill cut off. */
export async function readHistory(paths: AccountPaths, limit = 100): Promise<HistoryEvent[]> {
  const bytes = (await readPrivateBytes(paths.history)) ?? Buffer.alloc(0);
  const events = bytes.toString('utf8').split('\n').map(parseEvent);
  return limit > 0 ? events.filter((event) => event !== undefined).slice(-limit) : [];
}

function parseEvent(line: string): HistoryEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (!isPlainObject(value)) return undefined;
    const isEvent = ['at', 'runId', 'event'].every((key) => typeof value[key] === 'string');
    return isEvent ? (value as HistoryEvent) : undefined;
  } catch {
    return undefined;
  }
}
