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

const tailBytes = 64 * 1024;

/** The event is on disk when this resolves. Rejects when the write fails; a renewal goes on without the event. */
export async function appendHistory(paths: AccountPaths, event: HistoryEvent): Promise<void> {
  await appendPrivateLine(paths.history, JSON.stringify(event));
}

/** The newest `limit` events, oldest first. Skips lines that a kill cut off. */
export async function readHistory(paths: AccountPaths, limit = 100): Promise<HistoryEvent[]> {
  for (let lastBytes = tailBytes; ; lastBytes *= 8) {
    const bytes = (await readPrivateBytes(paths.history, { lastBytes })) ?? Buffer.alloc(0);
    const lines = bytes.toString('utf8').split('\n');
    // The first line may be the end of a longer one.
    if (lines.length <= limit + 1 && bytes.length === lastBytes) continue;
    const events = lines.map(parseEvent).filter((event) => event !== undefined);
    return limit > 0 ? events.slice(-limit) : [];
  }
}

function parseEvent(line: string): HistoryEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (!isPlainObject(value)) return undefined;
    // keyturn 0.1.0 wrote the hash of the line before.
    const { prev: _prev, ...event } = value;
    const isEvent = ['at', 'runId', 'event'].every((key) => typeof event[key] === 'string');
    return isEvent ? (event as HistoryEvent) : undefined;
  } catch {
    return undefined;
  }
}
