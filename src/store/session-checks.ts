import { join } from 'node:path';
import * as z from 'zod/mini';
import { isoTime, stored, storedText, version1 } from '../lib/schema.js';
import type { AccountPaths } from './home.js';
import { recordAt } from './record-file.js';

const sessionCheck = stored({
  version: version1,
  at: isoTime,
  /** When to check again. Until then a run that is not due reads only this file. */
  nextAt: isoTime,
  /** `used`: something else used the session recently. `unclear`: reading over HTTP shows nothing at this site. */
  outcome: z.enum(['alive', 'used', 'signed-out', 'unclear', 'unreachable', 'off']),
  /** When a read over HTTP last found the session alive. */
  aliveAt: z.optional(isoTime),
  detail: z.optional(storedText),
});

/** The state of the account's session between two renewals; on disk as `session-check.json`. */
export type SessionCheck = Readonly<z.output<typeof sessionCheck>>;

/** Undefined when there is none. The record only saves a request. */
export const { read: readSessionCheck, write: writeSessionCheck } = recordAt(sessionCheck, ({ folder }: AccountPaths) =>
  join(folder, 'session-check.json'),
);
