import { setTimeout as delay } from 'node:timers/promises';
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
  /** A scan ran out of time, or signs were seen that do not count: one look does not settle that nothing is there. */
  readonly isDoubtful: boolean;
}

/** Scans all frames and open shadow roots once. Changes nothing on the page, and never throws because of it. */
export async function recognise(page: Page, options: RecogniseOptions = {}): Promise<PageVerdict> {
  const { ready, responses, stepFailed = false, budgetMs = 200 } = options;
  const isReadyNow = async () => (await ready?.(page)) ?? false;
  const [scan, isReady] = await Promise.all([scanFrames(page, budgetMs), isReadyNow().catch(() => false)]);
  const decision = decide({ frames: scan.frames, clues: responses?.() ?? [], isReady, stepFailed });
  const isDoubtful = decision.label === 'none' && (scan.truncated || decision.evidence.length > 0);
  return { ...decision, url: redactUrl(page.url()), isReady, isDoubtful };
}

export interface ConfirmOptions extends RecogniseOptions {
  /** How long to wait for a challenge that may pass by itself; 8 s by default. */
  readonly selfResolveMs?: number;
  readonly signal?: AbortSignal;
}

/** When to check, in milliseconds since the first check. Late widgets appear within the first second. */
const checkAtMs = [300, 1000, 1400, 1800];
const pollMs = 1000;

/** Waits until two checks in a row agree or one is conclusive, and for a challenge that may pass by itself. */
export async function confirmVerdict(page: Page, options: ConfirmOptions = {}): Promise<PageVerdict> {
  const { selfResolveMs = 8000, signal } = options;
  const startedAt = performance.now();
  const waitUntil = (ms: number) => delay(Math.max(0, startedAt + ms - performance.now()), undefined, { signal });
  const check = () => recognise(page, options);
  const isSettled = ({ isReady, label, isDoubtful, basis, selfResolving }: PageVerdict) =>
    (isReady && label === 'none' && !isDoubtful) || (basis === 'response' && !selfResolving);

  let verdict = await check();
  for (const atMs of checkAtMs) {
    if (isSettled(verdict)) return verdict;
    await waitUntil(atMs);
    const next = await check();
    const agrees = next.label === verdict.label && next.selfResolving === verdict.selfResolving;
    verdict = next;
    // Accept "nothing found" only after late widgets had time to appear.
    if (agrees && (verdict.label !== 'none' || atMs >= 1000)) break;
  }

  const mayPass = () => verdict.selfResolving && (verdict.label === 'captcha' || verdict.label === 'none');
  while (mayPass() && !verdict.isReady && performance.now() - startedAt < selfResolveMs) {
    await delay(pollMs, undefined, { signal });
    verdict = await check();
  }
  if (mayPass() && verdict.label === 'none' && !verdict.isReady) {
    const evidence = [...verdict.evidence, 'did not pass by itself'];
    return { ...verdict, label: 'captcha', basis: 'response', evidence };
  }
  return verdict;
}
