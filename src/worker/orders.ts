import type { SignInResult } from '../core/sign-in.js';
import type { Attempt, Dismissed } from '../core/outcome.js';
import type { CodeRequest } from '../core/ports.js';
import type { HandoffResult } from '../core/question.js';
import type { RenewOptions } from '../core/renewal.js';
import type { RenewalResult } from '../core/renewal-result.js';
import type { Language } from '../messages/text.js';
import type { AddressOptions } from '../takeover/reachable-address.js';

/*
 * What crosses the channel of a worker:
 *
 * supervisor → worker   call  renew(RenewOrder) or signIn(SignInOrder), once; abort()
 * worker → supervisor   call  code(CodeRequest), mayCreateKey()
 *                       tell  step(StepTaken), say(string), log(LogLine), trace(file), pageReady()
 *
 * No key and no cookie crosses it: the worker reads and writes the account's records itself.
 */

/** One attempt in a browser, for an account whose lock the supervisor holds. */
export interface WorkerOrder {
  readonly home: string;
  readonly account: string;
  readonly runId: string;
  readonly lockId: string;
  readonly executablePath: string;
  readonly browserArgs: readonly string[];
  /** Keeps a Playwright trace of each browser, in clear. */
  readonly keepsTrace: boolean;
  /** How long to wait for a person at the visible browser. */
  readonly waitMs: number;
  readonly takeover: AddressOptions & { readonly language: Language | 'auto' };
  /** The language of what is printed. */
  readonly language: Language;
}

export interface RenewOrder extends WorkerOrder {
  readonly method: 'headless' | 'headed';
  readonly options: RenewOptions;
  readonly dismissed: readonly Dismissed[];
  readonly isClockMeasured: boolean;
  readonly isRecordDoubtful: boolean;
  /** Whether the owner can be asked for a code while the page is open. */
  readonly canAskCode: boolean;
}

export type SignInOrder = WorkerOrder & { readonly options: Pick<RenewOptions, 'runId' | 'lifetimeMs' | 'everyMs'> };

/** The keys that a result names are in the account's record. */
export interface RenewEnd {
  readonly result: Attempt<RenewalResult>;
  readonly isClockMeasured: boolean;
  /** The owner's answer to a page that waited for a code, when it was no code. */
  readonly handoff?: HandoffResult;
}

export type SignInEnd = SignInResult;

export type AskedCode = Omit<CodeRequest, 'signal'>;

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly fields: object;
  readonly message: string;
}
