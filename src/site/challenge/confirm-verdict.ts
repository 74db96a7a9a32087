import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright';
import { recognise, type PageVerdict, type RecogniseOptions } from './recognise.js';

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
  const isSettled = ({ isReady, label, suspicious, basis, selfResolving }: PageVerdict) =>
    (isReady && label === 'none' && !suspicious) || (basis === 'response' && !selfResolving);

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
