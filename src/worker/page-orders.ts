import type { Dismissed } from '../core/outcome.js';
import type { CodeRequest } from '../core/ports.js';
import type { SessionCheckpoint } from '../core/session-checkpoint.js';
import type { ResolvedProfile } from '../site/resolve-profile.js';

/*
 * The messages between the renewal and the process that drives its page:
 *
 * renewal → page   call  open(PageOrder), read(), dryRun(ConsoleReading), rotate(ConsoleReading), saveCheckpoint(),
 *                        close(), abort()
 * page → renewal   call  beforePress(), key(NewKey), code(AskedCode), secrets(), checkpoint(SessionCheckpoint),
 *                        step(string), log(LogLine)
 */

/** What a page method needs to know, whether it runs in this process or in one of its own. */
export interface PageParts {
  readonly profile: ResolvedProfile;
  readonly executablePath: string;
  /** The account's own Chromium profile folder. */
  readonly userDataDir: string;
  /** The folder for screenshots of the page. */
  readonly evidenceFolder: string;
  /** The names of the screenshots begin with this. */
  readonly runId: string;
  /** Where to keep a trace, in clear. */
  readonly traceFile?: string;
  readonly args: readonly string[];
  readonly proxy?: string;
  readonly keyName?: string;
  readonly checkpoint?: SessionCheckpoint;
  readonly dismissed?: readonly Dismissed[];
}

/** Everything that the page process gets. Its secrets never appear on a command line or in the environment. */
export interface PageOrder extends PageParts {
  /** Whether the owner can be asked for a code while the page is open. */
  readonly canAskCode: boolean;
}

export type AskedCode = Omit<CodeRequest, 'signal'>;

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** An error among them arrives with its name, stack and causes, without the fields of its own. */
  readonly fields: object;
  readonly message: string;
}
