import * as z from 'zod/mini';
import { method } from '../core/outcome.js';
import { isoTime, nonEmptyString, stored, storedText, version1 } from '../lib/schema.js';
import type { AccountPaths } from './home.js';
import { recordAt } from './record-file.js';

const lastRun = stored({
  version: version1,
  runId: nonEmptyString,
  at: isoTime,
  endedAt: isoTime,
  outcome: nonEmptyString,
  code: z.optional(z.string()),
  rung: z.optional(method),
  message: storedText,
  next: z.optional(z.string()),
  failuresInARow: z.number(),
  /** When the owner was last notified of the current failure; absent when there is none. */
  toldAt: z.optional(isoTime),
  /** The expiry of which the owner was last notified, because it was not understood. */
  toldExpiry: z.optional(z.string()),
});

export type LastRun = Readonly<z.output<typeof lastRun>>;

/** Undefined when there was no run. */
export const { read: readLastRun, write: writeLastRun } = recordAt(lastRun, (paths: AccountPaths) => paths.lastRun);
