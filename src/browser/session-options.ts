import type { WantedProxy } from './browser-proxy.js';
import type { Display } from './display.js';
import type { Step } from '../messages/progress.js';
import type { SessionCheckpoint } from '../core/session-checkpoint.js';

export interface OpenSessionOptions {
  /** The account's own Chromium profile; created with mode 0700 if missing. `browser-run.json` is written beside it. */
  readonly userDataDir: string;
  readonly headless: boolean;
  /** For the visible browser, when it was started ahead; it is closed with the browser. */
  readonly display?: Promise<Display>;
  readonly executablePath: string;
  /** `http://`, `https://` or `socks5://`; `user:password@` in it never reaches the command line. Absent: no proxy. */
  readonly proxy?: WantedProxy;
  /** More Chromium arguments, from the setting `browser.args`. */
  readonly args?: readonly string[];
  /** The newest saved session. It is restored before the page is handed out. */
  readonly checkpoint?: SessionCheckpoint;
  /** Default: 30 s. */
  readonly launchTimeoutMs?: number;
  /** Where to keep a trace of the session, which has keys, cookies and page contents in clear. */
  readonly traceFile?: string;
  /** Aborting closes the browser, even during the launch. */
  readonly signal?: AbortSignal;
  readonly env?: NodeJS.ProcessEnv;
  readonly onStep?: (step: Step) => void;
}
