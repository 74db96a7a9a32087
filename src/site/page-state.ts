import { confirmVerdict, recognise, type PageVerdict, type RecogniseOptions } from './challenge/recognise.js';
import { watchResponses } from './challenge/watch-responses.js';
import { describeChallenge, pageOf } from '../core/challenge-names.js';
import type { Dismissed, Failure } from '../core/outcome.js';
import { failureTexts, pageTexts } from '../messages/failures.js';
import type { Locator } from 'playwright';
import { appears, isCovered, locateAny } from './locate.js';
import { visibleText } from './read-page.js';
import { matchesAny } from './match-rules.js';
import type { KeyPage } from './resolve-profile.js';
import { goneFailure, outageFailure } from './interpret-answer.js';

export type PageCheck =
  /** The profile's ready element is visible and nothing blocks it. */
  | { readonly kind: 'ready' }
  /** The page needs a person, or the method cannot go on. */
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** Neither: the page is still loading, or it is another page. */
  | { readonly kind: 'unready' };

export type PageState = ReturnType<typeof watchPageState>;

type CheckOptions = Pick<RecogniseOptions, 'stepFailed' | 'budgetMs'>;

export function watchPageState(keyPage: KeyPage, dismissed: readonly Dismissed[] = [], signal?: AbortSignal) {
  const { page, profile, section } = keyPage;
  const responses = watchResponses(page);
  const readyElement = locateAny(keyPage, section.ready);
  const ready = () => readyElement.isVisible().catch(() => false);

  let mustTakeClicks: Locator | undefined;

  const judge = async (verdict: PageVerdict): Promise<PageCheck> => {
    const demand = demandOf(verdict);
    if (demand && !isDismissed(demand, dismissed)) return failed(demand);
    const isInTheWay = mustTakeClicks !== undefined && (await isCovered(mustTakeClicks));
    if (verdict.isReady && !isInTheWay) return { kind: 'ready' };
    // Apply the profile's rules first: without them the site's own notices look like maintenance or an error.
    const text = await visibleText(page, 20_000);
    if (matchesAny(profile.refused, { text })) {
      return failed({ kind: 'refused', detail: pageTexts.blocked(profile.title) });
    }
    if (matchesAny(profile.gone.rules, { text })) return failed(goneFailure(profile, failureTexts.closedBy.page));
    const trouble = troubleOf(verdict);
    if (trouble) return failed(trouble);
    const notice = demandOf({ ...verdict, label: 'overlay', evidence: ['takes the clicks of a step'] });
    return isInTheWay && notice && !isDismissed(notice, dismissed) ? failed(notice) : { kind: 'unready' };
  };

  const looks = { ready, responses: responses.clues, signal };
  const check = async (options?: CheckOptions) => judge(await recognise(page, { ...looks, ...options }));

  return {
    /** Checks the page once, which takes tens of milliseconds. */
    check,
    /** Something blocks the page at a step that has just failed or hangs. */
    isBlocked: async () => (await check({ stepFailed: true })).kind === 'failed',
    /** Like `check`, but checks again until two results agree, so that a person is not called by mistake. */
    confirm: async (options?: CheckOptions) => judge(await confirmVerdict(page, { ...looks, ...options })),
    appears: (timeoutMs: number) => appears(keyPage, section.ready, timeoutMs),
    /** The element of a failed step: the page is blocked as long as something else takes its clicks. */
    needsClicks: (element: Locator | undefined) => (mustTakeClicks = element),
    /** Drops the clues from earlier answers, e.g. before a new page is opened. */
    forget: () => responses.clear(),
  };
}

const failed = (failure: Failure): PageCheck => ({ kind: 'failed', failure });

/** `detail` is for the person; the challenge holds the exact evidence. */
function demandOf({ label, vendor, onSignIn, url, where, evidence, box }: PageVerdict): Failure | undefined {
  if (label !== 'captcha' && label !== 'login' && label !== '2fa' && label !== 'overlay') return undefined;
  const kind = onSignIn ? 'login' : label;
  const challenge = { kind, vendor, withCaptcha: onSignIn || undefined, url, where, evidence, box, byLooks: true };
  return { kind: kind === 'login' ? 'signed-out' : 'challenge', detail: describeChallenge(challenge), challenge };
}

function isDismissed(failure: Failure, dismissed: readonly Dismissed[]): boolean {
  const challenge = 'challenge' in failure ? failure.challenge : undefined;
  return dismissed.some(({ kind, page }) => challenge?.kind === kind && pageOf(challenge) === page);
}

/** A refusal counts only in an answer; the step that fails on a broken page reports that. */
function troubleOf({ label, vendor, evidence, where, basis }: PageVerdict): Failure | undefined {
  if (label === 'error' && basis !== 'response') return undefined;
  return outageFailure(label, where, `${evidence[0] ?? label}, ${vendor}`);
}
