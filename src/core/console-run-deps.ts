import type { Step } from '../messages/progress.js';
import type { Log } from '../lib/log.js';
import type { KeyStore } from './held-keys.js';
import type { Attempt, Method } from './outcome.js';
import type { ConsoleSession, OpenConsoleOptions, Verification } from './ports.js';

/** What every run at a console needs, a renewal and a sign-in alike; for an account whose lock the caller holds. */
export interface ConsoleRunDeps {
  readonly store: KeyStore;
  /** Rejects with a coded error when another run has taken the account over. Absent: the lock cannot be lost. */
  readonly requireHeld?: () => Promise<void>;
  readonly openConsole: (options: OpenConsoleOptions) => Promise<Attempt<ConsoleSession>>;
  readonly verify: (key: string) => Promise<Verification>;
  readonly onStep: (method: Method, step: Step) => void;
  readonly history: (event: string, details: object) => Promise<void>;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly newId: () => string;
  readonly signal?: AbortSignal;
}
