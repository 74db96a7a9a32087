import type { WeatherStation } from './weather.js';

/**
 * How the console handles keys. `one-key`: an account has one key, and a new one invalidates the old one.
 * `several-keys`: an account has any number of keys until they are deleted. Each is shown once, and the list shows
 * only their names.
 */
export type ConsoleKind = 'one-key' | 'several-keys';

/** A key that the console made. It may have been replaced or deleted, or have expired. */
interface KeyTruth {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  /** ISO 8601 UTC. */
  readonly createdAt: string;
  /** ISO 8601 UTC; absent if the key never expires. */
  readonly expiresAt?: string;
  /** True if the service accepts the key: it was not replaced or deleted and has not expired. */
  readonly isAlive: boolean;
}

/** A request to the console or the chat service. Contains no secret: the path has no query. */
export interface RequestLogEntry {
  readonly method: string;
  readonly path: string;
  /** ISO 8601 UTC, simulated time. */
  readonly at: string;
  /** HTTP status of the answer; 0 if there was no answer. */
  readonly status: number;
  /** `page` if the console's page sent the request, `replay` if something else did. */
  readonly by: 'page' | 'replay';
  /** The owner of the request's session. */
  readonly phone?: string;
  /** What the simulator did instead of the normal answer: `captcha`, `hang`, `status500`, … */
  readonly note?: string;
}

/** The actual state of one owner's account, whatever the pages show. */
export interface OwnerTruth {
  readonly phone: string;
  /** `151****1234`, as the console shows it. */
  readonly maskedPhone: string;
  /** The newest key that was not replaced or deleted. It may have expired; see `expiresAt`. */
  readonly currentKey?: string;
  /** ISO 8601 UTC; absent if there is no key or it never expires. */
  readonly expiresAt?: string;
  /** The number of keys made by a POST, including the first one (创建). */
  readonly rotations: number;
  /** Keys that were replaced or deleted, oldest first. */
  readonly deadKeys: readonly string[];
  /** All keys that were ever made, oldest first. */
  readonly keys: readonly KeyTruth[];
  /** The number of valid sign-ins. */
  readonly sessions: number;
  /** Requests with a session of this owner, oldest first. */
  readonly requests: readonly RequestLogEntry[];
}

export interface AddOwnerOptions {
  /** A Chinese mobile number, e.g. `15100001234`. */
  readonly phone: string;
  /** `existing`: the account already has a key. Default `none`. */
  readonly key?: 'none' | 'existing';
  /** The age of that key; default 0. */
  readonly keyAgeMs?: number;
}

/** A session made without a browser, for example for a secrets file of the older refresher. */
export interface IssuedSession {
  /** `BXAuth=…; XSRF-TOKEN=…` */
  readonly cookieHeader: string;
  readonly bxAuth: string;
  /** Decoded, as the `x-xsrf-token` header requires it. The cookie's value is URL-encoded. */
  readonly xsrf: string;
}

export interface ConsoleSimulator {
  readonly kind: ConsoleKind;
  /** Origin of the console, `http://127.0.0.1:PORT`. Key page: `/profile?tab=apiKey`. Sign-in page: `/login`. */
  readonly url: string;
  /** Origin of the chat service. Its endpoint is `/v1/chat/completions`. */
  readonly apiUrl: string;
  readonly weather: WeatherStation;
  /** Adds an account. A number that was not added is registered without a key when it signs in. */
  addOwner(options: AddOwnerOptions): OwnerTruth;
  /** Throws if there is no such owner. */
  truth(phone: string): OwnerTruth;
  owners(): OwnerTruth[];
  /** The last code sent to that number, or undefined. */
  smsCodeFor(phone: string): string | undefined;
  /** The number of codes sent to that number. */
  smsCount(phone: string): number;
  issueSession(phone: string): IssuedSession;
  /** Ends the sign-ins of that owner, or of all owners. Returns how many it ended. */
  expireSessions(phone?: string): number;
  /** Makes a key without keyturn, as from another computer, and returns it. */
  rotateElsewhere(phone: string): string;
  /** All requests, oldest first, including those without a session. */
  requests(): readonly RequestLogEntry[];
  close(): Promise<void>;
}
