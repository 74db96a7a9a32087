import * as z from 'zod/mini';
import type { Text } from '../messages/text.js';

/** `http` replays requests, `headless` drives the page, `headed` drives it in a window with a person present. */
export const method = z.enum(['http', 'headless', 'headed']);
export type Method = z.output<typeof method>;

/** ISO 8601 in UTC, e.g. `2026-03-04T07:54:00.000Z`. */
export type IsoTime = string;

/** `overlay`: a notice or a consent banner that takes the clicks meant for the page. */
export const challengeKind = z.enum(['captcha', 'login', '2fa', 'overlay']);
export type ChallengeKind = z.output<typeof challengeKind>;

/** In CSS pixels of the page's viewport. */
export type ViewportBox = Readonly<Record<'x' | 'y' | 'w' | 'h', number>>;

/** Something that needs a person. Safe to show: `url` has no query, `evidence` holds no secrets of the page. */
export interface Challenge {
  readonly kind: ChallengeKind;
  /** For example `baxia-nc`; `generic` if the vendor is unknown. */
  readonly vendor: string;
  readonly url: string;
  /** The frame or answer that showed it, e.g. `main frame`, `frame 2 of 3`, `POST /api/openapi/apikey`. */
  readonly where: string;
  readonly evidence: readonly string[];
  /** What is to be seen of it; absent if that is not known. */
  readonly box?: ViewportBox;
  /** A sign-in form with a CAPTCHA in it or over it; `vendor` is that of the CAPTCHA. */
  readonly withCaptcha?: boolean;
  /** Recognised by the look of a page and not from an answer, so it can be a false alarm. */
  readonly byLooks?: boolean;
}

/** A challenge that the person dismissed as a false alarm. It is not raised again for this kind on this page. */
export interface Dismissed {
  readonly kind: ChallengeKind;
  readonly page: string;
}

/** For the person. `screenshotPath` is a redacted PNG in the account's private folder. */
export interface Evidence {
  readonly screenshotPath?: string;
}

/** Why a method ended without a key. Each kind has exactly one next step, and none is retried blindly. */
export type Failure = { readonly detail: Text; readonly evidence?: Evidence } & (
  | { readonly kind: 'signed-out'; readonly challenge?: Challenge }
  | { readonly kind: 'challenge'; readonly challenge: Challenge }
  /** The page or the answer does not match the site profile. */
  | { readonly kind: 'drift' }
  /**
   * keyturn did not understand the answer to the press, so the console may hold a key that nobody has. Only a person
   * may have it pressed again. `oldKey`: whether the service still accepts the previous key; absent if there is none.
   */
  | { readonly kind: 'not-seen'; readonly oldKey?: 'valid' | 'invalid' | 'unknown'; readonly isFurther?: boolean }
  /** Blocked or banned. Trying again does not help. */
  | { readonly kind: 'refused' }
  /** The service has closed. */
  | { readonly kind: 'gone' }
  /** A certificate, a proxy or a setting stands in the way, and will next time; `detail` says what to change. */
  | { readonly kind: 'misconfigured' }
  /** Network trouble, 429 or 5xx, after a few retries. `browserGone`: somebody closed the browser, or it crashed. */
  | { readonly kind: 'unreachable'; readonly retryAfterMs?: number; readonly browserGone?: true }
);

export type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

export const done = <T>(value: T): Attempt<T> => ({ ok: true, value });
export const failed = (failure: Failure): { readonly ok: false; readonly failure: Failure } => ({ ok: false, failure });
