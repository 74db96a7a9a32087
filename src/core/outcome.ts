/** One way to renew. `http` replays requests, `headless` drives the page, `headed` drives it in a window with a person there. */
export type Method = 'http' | 'headless' | 'headed';

/** ISO 8601 in UTC, e.g. `2026-03-04T07:54:00.000Z`. */
export type IsoTime = string;

/** What a page or an answer asks a person for. */
export type ChallengeKind = 'captcha' | 'login' | '2fa';

/**
 * A demand for a person, as the detector or the HTTP method saw it. Safe to show: `url` has no query, `evidence` no page secrets.
 */
export interface Challenge {
  readonly kind: ChallengeKind;
  /** For example `baxia-nc`; `generic` when only the shape is known. */
  readonly vendor: string;
  readonly url: string;
  /** Which frame or answer showed it, e.g. `main frame`, `frame 2 of 3`, `POST /api/openapi/apikey`. */
  readonly where: string;
  readonly evidence: readonly string[];
  /** Judged by how a page looks, and not by what an answer says: this can be a mistake. */
  readonly byLooks?: boolean;
}

/** A demand that the person called a mistake: it is not raised again for this kind on this page. */
export interface Dismissed {
  readonly kind: ChallengeKind;
  readonly page: string;
}

/** A picture and a few facts kept for the person; `screenshotPath` is a redacted PNG in the account's private folder. */
export interface Evidence {
  readonly screenshotPath?: string;
  readonly url?: string;
  readonly step?: string;
  readonly textFound?: string;
}

/** Why a method ended without a key. Each kind has one next step; none is retried blindly. */
export type Failure = { readonly detail: string; readonly evidence?: Evidence } & (
  | { readonly kind: 'signed-out'; readonly challenge?: Challenge }
  | { readonly kind: 'challenge'; readonly challenge: Challenge }
  /** The page or the answer is not as the site profile says. */
  | { readonly kind: 'drift'; readonly step?: string }
  /**
   * The press had no answer that keyturn understands: a key may have been made that nobody has. Never pressed again without a
   * person. `oldKey`: what the service said of the key before it; absent when there is none.
   */
  | { readonly kind: 'not-seen'; readonly oldKey?: 'valid' | 'invalid' | 'unknown'; readonly isFurther?: boolean }
  /** Blocked or banned: renewing again does not help. */
  | { readonly kind: 'refused' }
  /** The service has closed. */
  | { readonly kind: 'gone' }
  /** Network trouble, 429 or 5xx, after the bounded retries; or with `browserGone` the browser went away, by hand or by a crash. */
  | { readonly kind: 'unreachable'; readonly retryAfterMs?: number; readonly browserGone?: true }
);

export type FailureKind = Failure['kind'];

/** The value of a method's step, or why there is none. */
export type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

export const done = <T>(value: T): Attempt<T> => ({ ok: true, value });
export const failed = (failure: Failure): { readonly ok: false; readonly failure: Failure } => ({ ok: false, failure });
