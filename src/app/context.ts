import type { KeyStore } from '../core/held-keys.js';
import type { KeyFacts } from '../core/key-record.js';
import type { Attempt } from '../core/outcome.js';
import type { ConsoleSession, OpenConsoleOptions, Verification } from '../core/ports.js';
import type { QuestionStore } from '../core/run-account.js';
import type { SessionCheckpoint } from '../core/session-checkpoint.js';
import type { Log } from '../lib/log.js';
import type { Redactor } from '../lib/redactor.js';
import type { ResolvedProfile } from '../site/resolve-profile.js';
import type { AccountConfig } from '../store/accounts.js';
import type { AccountPaths } from '../store/home.js';
import type { Settings } from '../store/settings.js';
import type { FeishuLine } from './feishu-line.js';
import type { ProcessContext } from './process-context.js';
import type { Language } from '../messages/text.js';

/** What one command shares among its accounts. */
export interface RunContext {
  readonly context: ProcessContext;
  readonly home: string;
  readonly settings: Settings;
  readonly log: Log;
  /** Knows the secrets of this run and of each of its accounts. */
  readonly redactor: Redactor;
  readonly runId: string;
  /** The language of cards and messages. */
  readonly language: Language;
  /** Undefined when Feishu is not set up. */
  readonly feishu: FeishuLine | undefined;
  /** The browser to use; rejects with KT301 when there is none. */
  readonly browserPath: () => string;
  /** Waits until another browser fits the machine; the result frees its place. */
  readonly browserSlot: (onWait: () => void) => Promise<() => void>;
  /** Prints a line without disturbing the progress that is shown. */
  readonly say: (line: string) => void;
  /** The person is at another machine: visible browsers go to a private display and its takeover page. */
  readonly isRemote: boolean;
  /** Background work, awaited only by `close()`. It never rejects. */
  readonly later: (work: Promise<unknown>) => void;
  /** Never rejects; nothing keeps the process alive afterwards. */
  close(): Promise<void>;
}

/** One account's files. What is read or written through them is learned by the redactor. */
export interface AccountFiles {
  readonly config: AccountConfig;
  readonly paths: AccountPaths;
  readonly keys: KeyStore;
  /** What is not secret in the key record; readable while a keychain is locked. */
  readonly readKeyFacts: () => Promise<KeyFacts>;
  readonly questions: QuestionStore;
  readonly log: Log;
  readonly warn: (message: string) => void;
  /** Appends to the account's history. Never rejects. */
  readonly history: (event: string, details: object) => Promise<void>;
}

export interface AccountContext extends AccountFiles {
  readonly profile: ResolvedProfile;
  readonly readCheckpoint: () => Promise<SessionCheckpoint | undefined>;
  readonly saveCheckpoint: (checkpoint: SessionCheckpoint) => Promise<void>;
  readonly openConsole: (options: OpenConsoleOptions) => Promise<Attempt<ConsoleSession>>;
  readonly verify: (key: string) => Promise<Verification>;
}
