import type { Page } from 'playwright';
import { recognise, type PageVerdict } from './challenge/recognise.js';
import { confirmVerdict } from './challenge/confirm-verdict.js';
import { watchResponses, type ResponseWatch } from './challenge/watch-responses.js';
import { describeChallenge, pageOf } from '../core/challenge-names.js';
import type { Dismissed, Failure } from '../core/outcome.js';
import { appears, locateAny } from './locate.js';
import { visibleText } from './read-page.js';
import type { ResolvedPage, ResolvedProfile } from './resolve-profile.js';
import { matchesAny } from './rules.js';
import { goneFailure } from './gone-failure.js';

/** The result of one check. */
export type PageCheck =
  /** The profile's ready element is visible and nothing blocks it. */
  | { readonly kind: 'ready' }
  /** The page needs a person, or the method cannot go on. */
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** Neither: the page is still loading, or it is another page. */
  | { readonly kind: 'unready' };

export interface PageState {
  /** Checks the page once, which takes tens of milliseconds. `stepFailed`: a step has just failed or hangs. */
  check(options?: { readonly stepFailed?: boolean }): Promise<PageCheck>;
  /** Like {@link check}, but checks again until two results agree, so that a person is not called by mistake. */
  confirm(options?: { readonly stepFailed?: boolean }): Promise<PageCheck>;
  /** Waits for the ready element and checks nothing else. */
  appears(timeoutMs: number): Promise<boolean>;
  /** Drops the clues from earlier answers, e.g. before a new page is opened. */
  forget(): void;
  stop(): void;
}

export function watchPageState(
  page: Page,
  profile: ResolvedProfile,
  section: ResolvedPage,
  signal?: AbortSignal,
  dismissed: readonly Dismissed[] = [],
): PageState {
  const responses: ResponseWatch = watchResponses(page);
  const ready = () =>
    locateAny(page, section.ready)
      .isVisible()
      .catch(() => false);

  const judge = async (verdict: PageVerdict): Promise<PageCheck> => {
    const demand = demandOf(verdict);
    if (demand && !isDismissed(demand, dismissed)) return { kind: 'failed', failure: demand };
    if (verdict.isReady) return { kind: 'ready' };
    // Apply the profile's rules first: without them the site's own notices look like maintenance or an error.
    const text = await visibleText(page, 20_000);
    if (matchesAny(profile.refused, { text })) {
      return {
        kind: 'failed',
        failure: { kind: 'refused', detail: `${profile.title} says on its page that the account is blocked.` },
      };
    }
    if (matchesAny(profile.gone.rules, { text })) {
      return { kind: 'failed', failure: goneFailure(profile, 'the page in place of the key page says so') };
    }
    const trouble = troubleOf(verdict);
    return trouble ? { kind: 'failed', failure: trouble } : { kind: 'unready' };
  };

  return {
    check: async (options = {}) => judge(await recognise(page, { ready, responses: responses.clues(), ...options })),
    confirm: async (options = {}) =>
      judge(await confirmVerdict(page, { ready, responses: () => responses.clues(), signal, ...options })),
    appears: (timeoutMs) => appears(page, section.ready, timeoutMs),
    forget: () => responses.clear(),
    stop: () => responses.stop(),
  };
}

const seenIn = ({ evidence, label, vendor, where }: PageVerdict) => `${evidence[0] ?? label} (${vendor}, ${where})`;

/** `detail` is for the person; the challenge holds the exact evidence. */
function demandOf({ label, vendor, url, where, evidence }: PageVerdict): Failure | undefined {
  if (label !== 'captcha' && label !== 'login' && label !== '2fa') return undefined;
  const challenge = { kind: label, vendor, url, where, evidence, byLooks: true };
  return { kind: label === 'login' ? 'signed-out' : 'challenge', detail: describeChallenge(challenge).en, challenge };
}

function isDismissed(failure: Failure, dismissed: readonly Dismissed[]): boolean {
  const challenge = 'challenge' in failure ? failure.challenge : undefined;
  return dismissed.some(({ kind, page }) => challenge?.kind === kind && pageOf(challenge) === page);
}

/** Undefined for a page that only looks broken; the step that fails on it reports that. */
function troubleOf(verdict: PageVerdict): Failure | undefined {
  const { label, vendor } = verdict;
  const seen = seenIn(verdict);
  if (label === 'rate_limited')
    return { kind: 'unreachable', detail: `The console asks to come again later: ${seen}.` };
  if (label === 'maintenance') return { kind: 'unreachable', detail: `The console is under maintenance: ${seen}.` };
  if (label === 'error' && verdict.basis === 'response' && vendor !== 'generic' && vendor !== 'browser') {
    return { kind: 'refused', detail: `The site refuses this visitor: ${seen}.` };
  }
  return undefined;
}
