import type { Step } from '../messages/progress.js';
import { randomUUID } from 'node:crypto';
import { captureEvidence } from '../browser/evidence.js';
import { openSession, type BrowserSession } from '../browser/open-session.js';
import type { Log } from '../lib/log.js';
import { createRedactor } from '../lib/redactor.js';
import type { CodeProvider, ConsoleSession, PersonAtBrowser } from '../core/ports.js';
import type { SessionCheckpoint } from '../core/session-checkpoint.js';
import { openPageConsole } from '../site/page-console.js';
import type { PageParts } from './page-orders.js';

export interface OpenPageOptions extends PageParts {
  readonly method: 'headless' | 'headed';
  readonly env: NodeJS.ProcessEnv;
  /** The person who can clear a challenge in the visible browser, once the browser is open. */
  readonly personAt?: (session: BrowserSession) => PersonAtBrowser | undefined;
  readonly codes?: CodeProvider;
  /** Values that no picture and no text may show. */
  readonly secrets: () => Promise<readonly string[]>;
  readonly saveCheckpoint: (checkpoint: SessionCheckpoint) => Promise<void>;
  readonly onStep: (step: Step) => void;
  readonly log: Log;
  readonly signal?: AbortSignal;
}

/** Starts the account's browser and opens its key page. Rejects with a KT3xx error. */
export async function openConsolePage(options: OpenPageOptions): Promise<ConsoleSession> {
  const { method, profile, onStep, log, signal } = options;
  const redactor = createRedactor();
  redactor.addPattern(profile.key.pattern);
  const learn = async () => redactor.add(...(await options.secrets()));
  await learn();
  onStep(method === 'headed' ? 'opening a visible browser' : 'starting the browser');
  const session = await openSession({
    userDataDir: options.userDataDir,
    headless: method === 'headless',
    browser: { executablePath: options.executablePath },
    proxy: options.proxy,
    args: options.args,
    checkpoint: options.checkpoint,
    traceFile: options.traceFile,
    signal,
    env: options.env,
    onStep,
  });
  return openPageConsole({
    profile,
    session,
    method,
    person: options.personAt?.(session),
    codes: options.codes,
    dismissed: options.dismissed,
    redactor,
    evidence: async (page) => {
      await learn();
      return captureEvidence(page, {
        folder: options.evidenceFolder,
        name: `${options.runId}-${randomUUID().slice(0, 8)}`,
        redactor,
      });
    },
    saveCheckpoint: options.saveCheckpoint,
    keyName: options.keyName,
    onStep,
    log,
    signal,
  });
}
