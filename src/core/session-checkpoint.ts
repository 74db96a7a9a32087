import * as z from 'zod/mini';
import { isoTime, nonEmptyString, stored, version1 } from '../lib/schema.js';

const cookie = stored({
  name: z.string(),
  value: z.string(),
  domain: nonEmptyString,
  path: nonEmptyString,
  expires: z.number(),
  httpOnly: z.boolean(),
  secure: z.boolean(),
  sameSite: z.enum(['Strict', 'Lax', 'None']),
  /** The top-level site that a `Partitioned` cookie belongs to: `https://example.com`. */
  partitionKey: z.optional(z.string()),
  /** Playwright's; true for a frame below another site's frame, which is also what Playwright assumes when absent. */
  _crHasCrossSiteAncestor: z.optional(z.boolean()),
});

/** A cookie as in Playwright's `storageState()`. `expires` is in epoch seconds, or -1 for a session cookie. */
export type CheckpointCookie = Readonly<z.output<typeof cookie>>;

const origin = stored({
  origin: nonEmptyString,
  localStorage: z.readonly(z.array(stored({ name: z.string(), value: z.string() }))),
});

const facts = { savedAt: isoTime, savedBy: z.enum(['browser', 'http', 'import']) };

/** The facts that `keyturn status` shows. */
export const checkpointFacts = stored(facts);

export const sessionCheckpoint = stored({
  version: version1,
  ...facts,
  cookies: z.readonly(z.array(cookie)),
  origins: z.readonly(z.array(origin)),
  /** Sent unchanged by the HTTP method. Only an import sets them. */
  headers: z.optional(z.record(z.string(), z.string())),
});

/**
 * What keeps a login alive outside the browser profile, in its newest state: the HTTP method stores Set-Cookie answers
 * in it, and the browser is restored from it and saves back to it.
 */
export type SessionCheckpoint = Readonly<z.output<typeof sessionCheckpoint>>;
