import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright';
import type { ResponseClue } from './response-clues.js';
import { recognise, type PageVerdict, type RecogniseOptions } from './recognise.js';

export interface ConfirmOptions extends Omit<RecogniseOptions, 'responses'> {
  /** Called again for each check. */
  readonly responses?: () => readonly ResponseClue[];
  /** How long to wait for a challenge that may pass by itself; 8 s by default. */
  readonly selfResolveMs?: number;
  readonly signal?: AbortSignal;
}

/** When to check, in milliseconds since the first check. Late widgets appear within the first second. */
const checkAtMs = [0, 300, 1000, 1400, 1800];
const pollMs = 1000;

/** Waits until two checks in a row agree or one is conclusive, and for a challenge that may pass by itself. */
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
    // Accept "nothing found" only after late widgets had time to appear.
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
