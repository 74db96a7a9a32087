import type { Response } from 'playwright';
import type { Failure } from '../core/outcome.js';
import { failureTexts, pageTexts } from '../messages/failures.js';
import { networkTexts, orCode } from '../messages/network-reasons.js';
import type { Text } from '../messages/text.js';
import { pause } from '../lib/retry.js';
import { isPageGone, isTimeout } from './locate.js';
import type { PageContext } from './page-context.js';
import { matchesAny } from './match-rules.js';
import { pageSkewOf } from './server-clock.js';
import { goneFailure } from './interpret-answer.js';
import { shownText } from './page-evidence.js';

const tries = 3;
const navigationMs = 30_000;
/** Time for the page to render after its read request was answered. */
const renderMs = 8000;
const sliceMs = 700;
/** An answer may announce a challenge before the page shows it. */
const showMs = 4000;

const refusedByProxy: Failure = { kind: 'misconfigured', detail: pageTexts.notOpened(orCode('PROXY_LOGIN').why) };

/** Opens the key page and waits for its ready element. Retries only network and server errors. */
export async function openKeyPage(context: PageContext): Promise<Failure | undefined> {
  const { section, pageState, answers, profile, signal } = context;
  for (let attempt = 1; ; attempt += 1) {
    const failure = (await navigate(context, section.url)) ?? (await becomesReady());
    const waitMs = failure?.kind === 'unreachable' ? (failure.retryAfterMs ?? attempt * 1500) : Infinity;
    if (!failure || attempt === tries || waitMs > 30_000) return failure;
    context.log.info({ attempt, why: failure.detail.en }, 'opening the key page again');
    context.onStep('waiting to open the key page again');
    await pause(waitMs, signal);
  }

  async function becomesReady(): Promise<Failure | undefined> {
    const startedAt = performance.now();
    let answeredAt: number | undefined;
    for (;;) {
      signal?.throwIfAborted();
      const isShown = await pageState.appears(sliceMs);
      const seen = await pageState.check();
      if (seen.kind === 'failed') {
        const sure = await pageState.confirm();
        if (sure.kind === 'failed') return sure.failure;
      } else if (isShown && seen.kind === 'ready') {
        return undefined;
      }

      const now = performance.now();
      const { read } = answers;
      if (read !== undefined) answeredAt ??= now;
      if (read && read.kind !== 'reading' && read.failure.kind !== 'drift' && now - (answeredAt ?? now) > showMs / 2) {
        // The page had time to show the failure, which makes better evidence; now the answer alone decides.
        return read.failure;
      }
      const isLate = now - startedAt > section.patience.readyMs;
      if (!isLate && (answeredAt === undefined || now - answeredAt < renderMs)) continue;

      const last = await pageState.confirm({ stepFailed: true });
      if (last.kind === 'ready') return undefined;
      if (last.kind === 'failed') return last.failure;
      if (read && read.kind !== 'reading') return read.failure;
      const text = await shownText(context, 160);
      const waited = Math.round((now - startedAt) / 1000);
      return {
        kind: 'drift',
        detail: pageTexts.notReady(profile.title, waited, text),
      };
    }
  }
}

/** Opens an address of the console; why that failed, otherwise undefined. */
export async function navigate(context: PageContext, url: string): Promise<Failure | undefined> {
  const { page, pageState, answers, profile } = context;
  pageState.forget();
  answers.forget();
  const unreachable = (why: Text, retryAfterMs?: number): Failure => ({
    kind: 'unreachable',
    detail: pageTexts.notOpened(why),
    retryAfterMs,
  });
  // With some versions of Chromium the answer of a proxy is an error with a code that says nothing of the proxy.
  const statuses = new Set<number>();
  const onResponse = (response: Response) => void statuses.add(response.status());
  page.on('response', onResponse);
  try {
    const response = await page.goto(url, { waitUntil: 'commit', timeout: navigationMs });
    const status = response?.status() ?? 200;
    answers.clockSkewMs = (response && pageSkewOf(response)) ?? answers.clockSkewMs;
    if (statuses.has(407)) return refusedByProxy;
    if (matchesAny(profile.gone.rules, { status, text: '' })) {
      return goneFailure(profile, failureTexts.closedBy.status(status));
    }
    if (status !== 429 && status < 500) return undefined;
    // A challenge page may have an error status.
    const seen = await pageState.confirm();
    if (seen.kind === 'failed') return seen.failure;
    return seen.kind === 'ready' ? undefined : unreachable(pageTexts.serverStatus(status));
  } catch (error) {
    if (isPageGone(error) || !(error instanceof Error)) throw error;
    if (statuses.has(407)) return refusedByProxy;
    if (isTimeout(error)) return unreachable(networkTexts.noAnswerWithin(navigationMs / 1000));
    const code = /net::(ERR_\w+)/.exec(error.message)?.[1];
    if (code === 'ERR_ABORTED' || /interrupted by another navigation/.test(error.message)) {
      // The error page of a failed attempt can arrive late and interrupt the next attempt. Otherwise the page itself
      // navigated elsewhere, for example to its sign-in page.
      const isErrorPage = /chrome-error:/.test(error.message + page.url());
      return isErrorPage ? unreachable(pageTexts.errorPage) : undefined;
    }
    if (code !== undefined) {
      const { why, lasts } = orCode(code);
      return lasts ? { kind: 'misconfigured', detail: pageTexts.notOpened(why) } : unreachable(why);
    }
    throw error;
  } finally {
    page.off('response', onResponse);
  }
}
