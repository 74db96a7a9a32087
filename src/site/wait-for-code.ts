import type { Page } from 'playwright';
import type { CodeNote } from '../core/question.js';
import { describeChallenge } from '../core/challenge-names.js';
import type { Challenge, Failure } from '../core/outcome.js';
import type { CodeProvider } from '../core/ports.js';
import { failureTexts, pageTexts } from '../messages/failures.js';
import {
  findCodePrompt,
  findResend,
  isShown,
  resendCode,
  submitCode,
  textAround,
  typeCode,
  type CodePrompt,
} from './code-prompt.js';
import { keepEvidence } from './keep-evidence.js';
import type { PageContext } from './page-context.js';
import { wantsPerson } from './wait-for-person.js';

interface CodeContext extends PageContext {
  readonly codes: CodeProvider;
  /** True once the key has arrived, which ends the wait. */
  readonly hasKey: () => boolean;
}
type CodeFailure = Failure & { kind: 'challenge' };

/** The challenge is a second factor, which may be a code prompt. */
export const wantsCode = (failure: Failure): failure is CodeFailure =>
  failure.kind === 'challenge' && failure.challenge.kind === '2fa';

/** More wrong codes than this look like guessing, and sites lock the account for that. */
const maxCodes = 5;
const maxResends = 4;
const promptMs = 6000;
const tickMs = 150;
/** A page that submits the code by itself does so right after the last digit. */
const sendsItselfMs = 400;
const verdictMs = 10_000;
/** The page needs a moment to show the text of an answer. */
const renderMs = 400;
const readyMs = 12_000;

/** Asks again, up to a limit, when the page rejects the code. Undefined when nothing blocks the page. */
export async function waitForCode(first: CodeFailure, context: CodeContext): Promise<Failure | undefined> {
  const { page, section, codes, pageState } = context;
  let failure: CodeFailure = first;
  let attempt = 1;
  let resends = 0;
  let note: CodeNote | undefined;
  let resendAfterS: number | undefined;
  const gone = new AbortController();
  const onGone = () => gone.abort(new Error('the page is gone'));
  page.once('close', onGone);
  page.once('crash', onGone);
  try {
    while (attempt <= maxCodes && resends <= maxResends) {
      const before = await findSoon(context);
      if (!before) return await confirmGone(failure, context);
      const challenge = asShownNow(failure.challenge, page);
      const canResend = (await findResend(page, before, section)) !== undefined;
      context.onStep('waiting for the code');
      const answer = await codes.ask({
        challenge,
        detail: describeChallenge(challenge),
        code: { attempt, of: maxCodes, digits: before.digits, canResend, note, resendAfterS },
        evidence: await keepEvidence(context),
        signal: gone.signal,
      });
      context.signal?.throwIfAborted();
      if (answer.kind === 'left') return failure;
      // The page may have redrawn the prompt while the code was on its way.
      const prompt = await findSoon(context);
      if (!prompt) return await confirmGone(failure, context);
      resendAfterS = undefined;

      if (answer.kind === 'resend') {
        resends += 1;
        const sent = await resendCode(page, prompt, section);
        if (typeof sent === 'object') [note, resendAfterS] = ['resend-later', sent.afterS];
        else note = sent === 'pressed' ? 'resent' : 'not-resent';
        continue;
      }
      attempt += 1;
      if (prompt.digits !== undefined && answer.digits.length !== prompt.digits) {
        note = 'wrong-length';
        continue;
      }
      context.onStep('typing the code');
      const verdict = await tryCode(prompt, answer.digits, context);
      context.log.info({ attempt: attempt - 1, verdict }, 'a code was typed');
      if (verdict === 'passed') {
        const left = await confirmGone(failure, context);
        if (!left || !wantsCode(left)) return left;
        failure = left;
        note = 'unclear';
      } else note = verdict;
    }
    return { ...failure, detail: failureTexts.and(failure.detail, pageTexts.codesRefused(attempt - 1)) };
  } finally {
    page.off('close', onGone);
    page.off('crash', onGone);
    pageState.forget();
  }
}

async function findSoon({ page, section, answers, hasKey }: CodeContext): Promise<CodePrompt | undefined> {
  const startedAt = performance.now();
  for (;;) {
    const prompt = await findCodePrompt(page, section);
    if (prompt || hasKey() || performance.now() - startedAt > promptMs) return prompt;
    await answers.next(tickMs);
  }
}

/** A challenge that an answer announced is by now shown on the page itself, whose URL may have changed. */
function asShownNow(challenge: Challenge, page: Page): Challenge {
  if (challenge.byLooks) return challenge;
  const url = URL.canParse(page.url()) ? new URL(page.url()) : undefined;
  return { ...challenge, where: 'main frame', url: url ? url.origin + url.pathname : challenge.url };
}

async function tryCode(
  prompt: CodePrompt,
  digits: string,
  { page, section, answers, hasKey }: CodeContext,
): Promise<'passed' | CodeNote> {
  const before = withoutDigits(await textAround(prompt));
  let requests = 0;
  let answeredAt: number | undefined;
  const isData = (type: string) => type === 'xhr' || type === 'fetch' || type === 'document';
  const onRequest = (request: { resourceType(): string }) => {
    if (isData(request.resourceType())) requests += 1;
  };
  const onAnswer = (response: { request(): { resourceType(): string } }) => {
    if (isData(response.request().resourceType())) answeredAt = performance.now();
  };
  page.on('request', onRequest);
  page.on('response', onAnswer);
  try {
    await typeCode(page, prompt, digits);
    const typedAt = performance.now();
    while (requests === 0 && performance.now() - typedAt < sendsItselfMs) await answers.next(tickMs / 2);
    let hasPressed = false;
    const press = async () => {
      hasPressed = true;
      answeredAt = undefined;
      // The page may accept the code and remove the button at this moment.
      await submitCode(page, prompt, section).catch(() => undefined);
    };
    if (requests === 0) await press();

    let goneFor = 0;
    const startedAt = performance.now();
    for (;;) {
      const sinceMs = performance.now() - startedAt;
      if (hasKey()) return 'passed';
      goneFor = (await isShown(prompt)) ? 0 : goneFor + 1;
      if (goneFor === 2) return 'passed';
      const text = withoutDigits(await textAround(prompt));
      const sinceAnswerMs = performance.now() - (answeredAt ?? Infinity);
      // Ignore an unchanged error text until a new response has arrived and the page had time to update.
      const isCurrent =
        text === before ? sinceAnswerMs > 3 * renderMs : sinceAnswerMs > renderMs || sinceMs > 3 * renderMs;
      const verdict = isCurrent && goneFor === 0 ? verdictOf(text) : undefined;
      if (verdict) return verdict;
      // The request after the last digit did not submit the code.
      if (!hasPressed && sinceMs > 2500) await press();
      if (sinceMs > verdictMs) return verdictOf(text) ?? 'unclear';
      await answers.next(tickMs);
    }
  } finally {
    page.off('request', onRequest);
    page.off('response', onAnswer);
  }
}

/** Replaces digits, because countdowns change by themselves. */
const withoutDigits = (text: string) => text.replace(/\d+/g, '#').replace(/\s+/g, ' ').trim();

const expired = /过期|失效|次数过多|超时|expired|no longer valid|too many|timed out/i;
const wrong =
  /错误|不正确|有误|无效|不匹配|不对|incorrect|invalid|wrong|not (?:right|correct|match)|didn.t match|try again/i;

function verdictOf(text: string): 'wrong' | 'expired' | undefined {
  if (expired.test(text)) return 'expired';
  if (wrong.test(text)) return 'wrong';
  return undefined;
}

/** After a prompt has gone or never appeared: undefined when the page is ready, otherwise the blocking failure. */
async function confirmGone(
  failure: CodeFailure,
  { pageState, answers, signal, hasKey }: CodeContext,
): Promise<Failure | undefined> {
  const startedAt = performance.now();
  let readySeen = 0;
  let last: Failure = failure;
  while (performance.now() - startedAt < readyMs) {
    signal?.throwIfAborted();
    if (hasKey()) return undefined;
    // Earlier answers are outdated here; only the page itself shows what it wants now.
    pageState.forget();
    const seen = await pageState.check();
    readySeen = seen.kind === 'ready' ? readySeen + 1 : 0;
    if (readySeen === 2) return undefined;
    if (seen.kind === 'failed') {
      last = seen.failure;
      const sure = await pageState.confirm();
      if (sure.kind === 'failed' && (!wantsPerson(sure.failure) || performance.now() - startedAt > 2000))
        return sure.failure;
    }
    await answers.next(tickMs);
  }
  return last;
}
