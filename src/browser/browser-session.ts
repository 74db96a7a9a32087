import type { BrowserContext, Page } from 'playwright';
import type { SessionCheckpoint } from '../core/session-checkpoint.js';

export interface OpenSessionOptions {
  /** The account's own Chromium profile folder; made 0700 when missing. Its parent holds the marker of an open browser. */
  readonly userDataDir: string;
  readonly headless: boolean;
  readonly browser: { readonly executablePath: string };
  /** `http://`, `https://` or `socks5://`, with `user:password@` where needed; never reaches the command line. */
  readonly proxy?: string;
  /** Further Chromium arguments, as the setting `browser.args` has them. */
  readonly args?: readonly string[];
  /** The newest word on the session; restored before the page is handed out. */
  readonly checkpoint?: SessionCheckpoint;
  /** The site, e.g. `https://platform.iflow.cn`. */
  readonly baseUrl: string;
  /** The caller holds the account's lock on this state folder, so a dead foreign SingletonLock may be removed. */
  readonly ownsAccount?: boolean;
  /** 30 s when absent. */
  readonly launchTimeoutMs?: number;
  /** Aborting closes the browser, during the launch too. */
  readonly signal?: AbortSignal;
  readonly env?: NodeJS.ProcessEnv;
  /** Progress for people. */
  readonly onStep?: (step: string) => void;
}

/** Why a browser went away without being asked to: it crashed, was killed, or a person closed its window. */
export interface BrowserGone {
  readonly reason: 'browser-closed' | 'page-crashed';
}

/** One open browser on one account's profile. Owned by the caller, who closes it. */
export interface BrowserSession {
  readonly page: Page;
  readonly context: BrowserContext;
  /** `none` when headless, `private` for an Xvfb of our own. */
  readonly display: 'none' | 'desktop' | 'private';
  readonly sandbox: 'on' | 'off-root';
  readonly version: string;
  /**
   * Reads cookies and localStorage as they are now. The caller stores them; once that is done, {@link close} may
   * take the login as saved.
   */
  saveCheckpoint(): Promise<SessionCheckpoint>;
  /** Closes gracefully, or kills after a deadline. Never throws; runs at most once. */
  close(): Promise<void>;
  /** Resolves when the browser went away or the page crashed before {@link close}; never rejects. */
  readonly gone: Promise<BrowserGone>;
}
