import type { IsoTime } from './outcome.js';

/** A cookie as Playwright's `storageState()` gives it; `expires` is epoch seconds, -1 for a session cookie. */
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
 * What keeps a login alive apart from the browser profile: session cookies, localStorage and, for imported accounts,
 * the headers that the older tool sent. It is the newest word on the session: the HTTP method writes Set-Cookie answers
 * into it, the browser is restored from it and saves it back.
 */
export interface SessionCheckpoint {
  readonly version: 1;
  readonly savedAt: IsoTime;
  /** Who wrote it last. */
  readonly savedBy: 'browser' | 'http' | 'import';
  readonly cookies: readonly CheckpointCookie[];
  readonly origins: readonly {
    readonly origin: string;
    readonly localStorage: readonly { readonly name: string; readonly value: string }[];
  }[];
  /** Sent by the HTTP method as they are; only an import sets them. */
  readonly headers?: Readonly<Record<string, string>>;
}
