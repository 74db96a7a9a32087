import type { Page } from 'playwright';
import { redactUrl } from '../../lib/redact.js';
import { decide, type Decision } from './rules.js';
import type { ResponseClue } from './response-clues.js';
import { scanFrames } from './scan-frames.js';

export interface RecogniseOptions {
  /** The profile's sign that the page is usable. Overrules texts, never a visible widget. A throw means not ready. */
  readonly ready?: (page: Page) => Promise<boolean> | boolean;
  /** The clues from the page's answers since the last step; see `watchResponses`. */
  readonly responses?: () => readonly ResponseClue[];
  /** A step has just failed or hung, so a control that otherwise looks optional counts. */
  readonly stepFailed?: boolean;
  /** Time limit for the scan of each document; 200 ms by default. */
  readonly budgetMs?: number;
}

/** The result of one check of a page. Safe to log and to show: no URL query, no page text, no field values. */
export interface PageVerdict extends Decision {
  readonly url: string;
  readonly isReady: boolean;
}

/** Scans all frames and open shadow roots once. Changes nothing on the page, and never throws because of it. */
export async function recognise(page: Page, options: RecogniseOptions = {}): Promise<PageVerdict> {
  const { ready, responses, stepFailed = false, budgetMs = 200 } = options;
  const isReadyNow = async () => (await ready?.(page)) ?? false;
  const [scan, isReady] = await Promise.all([scanFrames(page, budgetMs), isReadyNow().catch(() => false)]);
  const decision = decide({ frames: scan.frames, clues: responses?.() ?? [], isReady, stepFailed });
  return {
    ...decision,
    // Some frame was too slow or too large to be scanned completely.
    suspicious: decision.suspicious || (scan.truncated && decision.label === 'none'),
    url: redactUrl(page.url()),
    isReady,
  };
}
