import type { WeatherStation } from './weather.js';

/**
 * How keys live at the console. `one-key`: the account has one key; making a new one kills the old one.
 * `several-keys`: keys live side by side until they are deleted, each is shown once, and the list has only their names.
 */
export type ConsoleKind = 'one-key' | 'several-keys';

/** A key that the console made, whatever became of it. */
export interface KeyTruth {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  /** ISO 8601 UTC. */
  readonly createdAt: string;
  /** ISO 8601 UTC; absent when it never expires. */
  readonly expiresAt?: string;
  /** The service accepts it: it was not replaced, not deleted, and has not expired. */
  readonly isAlive: boolean;
}

/** One request the console or the chat service got. Never holds a secret: the path has no query. */
export interface RequestLogEntry {
  readonly method: string;
  readonly path: string;
  /** ISO 8601 UTC, simulated time. */
  readonly at: string;
  /** HTTP status of the answer; 0 when it was never answered. */
  readonly status: number;
  /** Whether the console's own page made it, or something that replays requests. */
  readonly by: 'page' | 'replay';
  /** The owner whose session it carried. */
  readonly phone?: string;
  /** What the simulator did with it, when that was not the plain answer: `captcha`, `hang`, `status500`, … */
  readonly note?: string;
}

/** What is really so for one owner, whatever the pages say. */
export interface OwnerTruth {
  readonly phone: string;
  /** `151****1234`, as the console shows it. */
  readonly maskedPhone: string;
  /** The newest key that was not replaced or deleted. It may have expired: see `expiresAt`. */
  readonly currentKey?: string;
  /** ISO 8601 UTC; absent when there is no key, or one that never expires. */
  readonly expiresAt?: string;
  /** How many keys were made by a POST, the first one (创建) included. */
  readonly rotations: number;
  /** Keys that were replaced or deleted, oldest first. */
  readonly deadKeys: readonly string[];
  /** Every key that was ever made, oldest first. */
  readonly keys: readonly KeyTruth[];
  /** How many sign-ins are alive. */
  readonly sessions: number;
  /** Requests that carried this owner's session, oldest first. */
  readonly requests: readonly RequestLogEntry[];
}

export interface AddOwnerOptions {
  /** A Chinese mobile number, e.g. `15100001234`. */
  readonly phone: string;
  /** `existing`: the account has a key already. Default `none`. */
  readonly key?: 'none' | 'existing';
  /** How long ago that key was made; default 0. */
  readonly keyAgeMs?: number;
}

/** A signed-in session made without a browser, e.g. to write the older refresher's secrets file. */
export interface IssuedSession {
  /** `BXAuth=…; XSRF-TOKEN=…` */
  readonly cookieHeader: string;
  readonly bxAuth: string;
  /** Decoded, as the `x-xsrf-token` header wants it; the cookie's value is URL-encoded. */
  readonly xsrf: string;
}

export interface ConsoleSimulator {
  readonly kind: ConsoleKind;
  /** Origin of the console, `http://127.0.0.1:PORT`. The key page is `/profile?tab=apiKey`, signing in `/login`. */
  readonly url: string;
  /** Origin of the chat service; the endpoint is `/v1/chat/completions`. */
  readonly apiUrl: string;
  readonly weather: WeatherStation;
  /** Adds an account. A number that nobody added is registered, without a key, when it signs in. */
  addOwner(options: AddOwnerOptions): OwnerTruth;
  /** Throws when there is no such owner. */
  truth(phone: string): OwnerTruth;
  owners(): OwnerTruth[];
  /** The last code sent to that number; undefined when none was. */
  smsCodeFor(phone: string): string | undefined;
  /** How many codes that number was sent. */
  smsCount(phone: string): number;
  issueSession(phone: string): IssuedSession;
  /** Kills sign-ins now: that owner's, or everybody's. Returns how many. */
  expireSessions(phone?: string): number;
  /** Makes a key behind everybody's back, as somebody at another computer would. Returns it. */
  rotateElsewhere(phone: string): string;
  /** Every request, oldest first, those without a session included. */
  requests(): readonly RequestLogEntry[];
  close(): Promise<void>;
}
