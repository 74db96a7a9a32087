import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright';
import type { ResponseClue } from './response-clues.js';
import { recognise, type PageVerdict, type RecogniseOptions } from './recognise.js';

export interface ConfirmOptions extends Omit<RecogniseOptions, 'responses'> {
  /** Asked anew at each look. */
  readonly responses?: () => readonly ResponseClue[];
  /** How long a check that may pass by itself is given; 8 s unless said otherwise. */
  readonly selfResolveMs?: number;
  readonly signal?: AbortSignal;
}

/** When looks are taken, in milliseconds since the first. Late widgets appear within the first second. */
const checkAtMs = [0, 300, 1000, 1400, 1800];
const pollMs = 1000;

/**
 * Looks until two looks in a row agree, or an answer settles it. A ready page with nothing on it is believed at once.
 * A check that may pass by itself is given its time before a person is called for.
 */
export async function confirmVerdict(page: Page, options: ConfirmOptions = {}): Promise<PageVerdict> {
  const { responses, selfResolveMs = 8000, signal, ...rest } = options;
  const startedAt = performance.now();
  const waitUntil = (ms: number) => delay(Math.max(0, startedAt + ms - performance.now()), undefined, { signal });
  const check = () => recognise(page, { ...rest, responses: responses?.() });
  const isClear = (verdict: PageVerdict) =>
    verdict.isReady && verdict.label === 'none' && !verdict.suspicious && !verdict.truncated;
  const isSettled = (verdict: PageVerdict) =>
    isClear(verdict) || (verdict.basis === 'response' && !verdict.selfResolving);

  let verdict = await check();
  for (const atMs of checkAtMs.slice(1)) {
    if (isSettled(verdict)) return verdict;
    await waitUntil(atMs);
    const next = await check();
    const agrees = next.label === verdict.label && next.selfResolving === verdict.selfResolving;
    verdict = next;
    // Nothing found is believed only once late widgets had their time.
    if (agrees && (verdict.label !== 'none' || atMs >= 1000)) break;
  }

  const mayPass = () => verdict.selfResolving && (verdict.label === 'captcha' || verdict.label === 'none');
  while (mayPass() && !verdict.isReady && performance.now() - startedAt < selfResolveMs) {
    await delay(pollMs, undefined, { signal });
    verdict = await check();
  }
  if (mayPass() && verdict.label === 'none' && !verdict.isReady) {
    return {
      ...verdict,
      label: 'captcha',
      basis: 'response',
      evidence: [...verdict.evidence, 'did not pass by itself'],
    };
  }
  return verdict;
}
