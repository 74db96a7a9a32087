import type { Text } from '../messages/text.js';
import type { CodeWanted } from './question.js';
import type { Attempt, Challenge, Dismissed, Evidence, IsoTime, Method, Failure } from './outcome.js';

/** What a console says of the end of a key's life. */
export interface ShownExpiry {
  readonly expiresAt?: IsoTime;
  /**
   * What stands there, if it was not understood, or only in part. `expiresAt` is then the earliest instant that it may
   * mean, or absent. May hold anything that the console shows.
   */
  readonly unreadExpiry?: string;
  /** Said as "in 7 days", so it moves with each reading. */
  readonly isExpiryRelative?: boolean;
}

/** What the console says of the account's one key. A console shows a full key, a mask, both or neither. */
export interface ConsoleReading extends ShownExpiry {
  readonly hasKey: boolean;
  /** A full key, i.e. one that matches the site profile's `key.pattern`. */
  readonly key?: string;
  /** What is shown in place of the key, e.g. `sk-12****cdef`. */
  readonly mask?: string;
  readonly expired?: boolean;
  /** The key's name at the console; not unique, may be a masked phone number. */
  readonly name?: string;
}

export interface NewKey extends ShownExpiry {
  readonly key: string;
}

export interface RotateHooks {
  /** Awaited right before the click or POST that rotates, and again before the press is repeated after a challenge. */
  readonly beforePress: () => Promise<void>;
  /** Awaited as soon as a full new key was seen, before anything else happens on the page. */
  readonly onKey: (key: NewKey) => Promise<void>;
}

/**
 * Of a failed rotation. `no`: the request never left or was not let through to the key. `refused`: the console answered
 * with a challenge or a refusal, so no key was made. `maybe`: unknown, and the old key may be dead.
 */
export type RotateResult =
  | { readonly ok: true; readonly value: NewKey }
  | { readonly ok: false; readonly failure: Failure; readonly sent: Sent };

export type Sent = 'no' | 'refused' | 'maybe';

/** One method, opened for one account: the account's key page or its endpoint, signed in or not yet known to be. */
export interface ConsoleSession {
  readonly method: Method;
  /** Reads the key page or endpoint. Changes nothing at the site. */
  read(): Promise<Attempt<ConsoleReading>>;
  /**
   * How far this machine's clock is ahead of the site's by the newest answer, in milliseconds; 0 within two minutes,
   * undefined when no answer has shown it.
   */
  clockSkewMs(): number | undefined;
  /** Does everything up to the press that would rotate; resolves to one line that describes that press. */
  dryRun(current: ConsoleReading): Promise<Attempt<Text>>;
  /** Creates the key where there is none, else rotates it. Never retries a press whose fate is unknown. */
  rotate(current: ConsoleReading, hooks: RotateHooks): Promise<RotateResult>;
  /** Saves what the browser profile does not keep. Safe to call at any time. */
  saveCheckpoint(): Promise<void>;
  /** Closes once, gracefully. Never rejects. */
  close(): Promise<void>;
}

/** How a person who sits at the visible browser takes part. Without one, a challenge ends the method. */
export interface PersonAtBrowser {
  /** Epoch milliseconds. */
  readonly deadlineAt: number;
  /** The person has given up. */
  readonly hasGivenUp?: boolean;
  readonly signal?: AbortSignal;
  /** Called once per challenge, e.g. to print what is wanted. */
  readonly onNeeded: (challenge: Challenge) => void;
  readonly onCleared: () => void;
}

/** How an owner who is elsewhere sends a code to a page. Only in this case does the page stay open meanwhile. */
export interface CodeProvider {
  /** Asks again, with a note, when the page did not take the code. `left`: no code will come. */
  ask(request: CodeRequest): Promise<CodeAnswer>;
}

export interface CodeRequest {
  readonly challenge: Challenge;
  readonly detail: Text;
  readonly code: CodeWanted;
  readonly evidence?: Evidence;
  /** Aborted when the page has closed. */
  readonly signal: AbortSignal;
}

/** The digits are secret: they go into the page's field and nowhere else. */
export type CodeAnswer =
  { readonly kind: 'code'; readonly digits: string } | { readonly kind: 'resend' } | { readonly kind: 'left' };

export interface OpenConsoleOptions {
  readonly method: Method;
  readonly person?: PersonAtBrowser;
  /** Who sends codes to an unattended page. Without one, a code prompt ends the method. */
  readonly codes?: CodeProvider;
  readonly dismissed?: readonly Dismissed[];
  /** How often an unanswered read over HTTP is tried again; 3 times when absent. */
  readonly retries?: number;
  readonly signal?: AbortSignal;
}

/** Whether the service accepts a key. `unknown`: network trouble, an answer unknown to the profile, or no probe. */
export type Verification =
  { readonly verdict: 'valid' } | { readonly verdict: 'invalid' | 'banned' | 'unknown'; readonly detail: Text };
