import type { IsoTime } from './outcome.js';

/** A cookie as in Playwright's `storageState()`. `expires` is in epoch seconds, or -1 for a session cookie. */
export interface CheckpointCookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  readonly path: string;
  readonly expires: number;
  readonly httpOnly: boolean;
  readonly secure: boolean;
  readonly sameSite: 'Strict' | 'Lax' | 'None';
}

/**
 * What keeps a login alive outside the browser profile: session cookies, localStorage and, for imported accounts,
 * the headers that the older tool sent. It is the newest state of the session: the HTTP method stores Set-Cookie
 * answers in it, and the browser is restored from it and saves back to it.
 */
export interface SessionCheckpoint {
  readonly version: 1;
  readonly savedAt: IsoTime;
  /** The last writer. */
  readonly savedBy: 'browser' | 'http' | 'import';
  readonly cookies: readonly CheckpointCookie[];
  readonly origins: readonly {
    readonly origin: string;
    readonly localStorage: readonly { readonly name: string; readonly value: string }[];
  }[];
  /** Sent unchanged by the HTTP method. Only an import sets them. */
  readonly headers?: Readonly<Record<string, string>>;
}
