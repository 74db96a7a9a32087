import type { Page } from 'playwright';
import { redactUrl } from '../../lib/redact.js';
import type { Challenge } from '../../core/outcome.js';
import { decide, type Decision } from './decide.js';
import type { PageLabel } from './labels.js';
import type { ResponseClue } from './response-clues.js';
import { scanFrames } from './scan-frames.js';

export interface RecogniseOptions {
  /** The site profile's own sign that the page is usable. It overrules words, never a visible widget. A throw counts as not ready. */
  readonly ready?: (page: Page) => Promise<boolean> | boolean;
  /** What the page's answers said since the last step; see `watchResponses`. */
  readonly responses?: readonly ResponseClue[];
  /** A step failed or hung just now: a control that otherwise looks optional counts. */
  readonly stepFailed?: boolean;
  /** Time for the walk through each document, 200 ms unless said otherwise. */
  readonly budgetMs?: number;
}

/** One look at a page. Safe to log and to show: no query, no text of the page, no values. */
export interface PageVerdict extends Decision {
  readonly label: PageLabel;
  readonly url: string;
  readonly isReady: boolean;
  /** Some frame was too slow or too large to be read whole. */
  readonly truncated: boolean;
}

/**
 * Takes one look at a page, every frame and open shadow root of it, and says whether a person is needed, or what else is wrong.
 * Changes nothing on the page and never throws because of it: a frame that goes away is left out.
 */
export async function recognise(page: Page, options: RecogniseOptions = {}): Promise<PageVerdict> {
  const isReadyNow = async () => (await options.ready?.(page)) ?? false;
  const [scan, isReady] = await Promise.all([
    scanFrames(page, options.budgetMs ?? 200),
    isReadyNow().catch(() => false),
  ]);
  const decision = decide({
    frames: scan.frames,
    clues: options.responses ?? [],
    isReady,
    stepFailed: options.stepFailed ?? false,
  });
  return {
    ...decision,
    suspicious: decision.suspicious || (scan.truncated && decision.label === 'none'),
    url: redactUrl(page.url()),
    isReady,
    truncated: scan.truncated,
  };
}

/** The demand for a person in a verdict, if it is one. */
export function toChallenge(verdict: PageVerdict): Challenge | undefined {
  const { label, vendor, url, where, evidence } = verdict;
  return label === 'captcha' || label === 'login' || label === '2fa'
    ? { kind: label, vendor, url, where, evidence }
    : undefined;
}
