import type { IsoTime, Method } from '../core/outcome.js';
import type { RenewalResult } from '../core/renewal-result.js';
import type { Text } from '../messages/text.js';
import type { AccountDelivery } from './account-delivery.js';
import type { AccountContext, RunContext } from './context.js';

export interface RenewOneOptions {
  /** The command line's verb, for those who find the account locked. */
  readonly command: string;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly method?: 'auto' | 'http' | 'browser';
  readonly headed?: boolean;
  /** Reads the console although the key is not due, to renew the session. */
  readonly signIn?: boolean;
  /** How long to wait for the owner, the visible browser included. */
  readonly waitMs: number;
  /** The person is at this machine, and has said ready by starting the command. */
  readonly personIsHere: boolean;
  readonly waitLockMs?: number;
  /** What an earlier check found: the key is not due, and only its delivery is. */
  readonly notDue?: RenewalResult & { readonly kind: 'not-due' };
  /** Runs the hooks of a dry run too, with KEYTURN_DRY_RUN=1. */
  readonly runHooks?: boolean;
}

/** How one account's run ended, in the words of `--json`. */
export interface AccountEnd {
  readonly account: string;
  readonly outcome: string;
  readonly headline: Text;
  readonly method?: Method;
  readonly expiresAt?: IsoTime;
  readonly failure?: unknown;
}

export interface OneRun {
  readonly run: RunContext;
  readonly account: AccountContext;
  readonly delivery: AccountDelivery;
  readonly options: RenewOneOptions;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}
