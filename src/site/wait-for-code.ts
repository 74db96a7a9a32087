import type { Request, Response } from 'playwright';
import type { CodeNote, CodeWanted } from '../core/question.js';
import { describeChallenge } from '../core/challenge-names.js';
import type { Failure } from '../core/outcome.js';
import type { CodeProvider } from '../core/ports.js';
import { redactUrl } from '../lib/redact.js';
import { withDeadline } from '../lib/with-deadline.js';
import { failureTexts, pageTexts } from '../messages/failures.js';
import { findCodePrompt, type CodePrompt } from './code-prompt.js';
import { keepEvidence } from './page-evidence.js';
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
  const { page, section, codes, pageState, answers, signal, hasKey } = context;
  let failure: CodeFailure = first;
  let attempt = 1;
  let resends = 0;
  /** What became of the last code, or of the request for another. */
  let last: Pick<CodeWanted, 'note' | 'resendAfterS'> = {};
  try {
    while (attempt <= maxCodes && resends <= maxResends) {
      const before = await findSoon();
      if (!before) return await confirmGone();
      // What an answer announced is by now shown on the page, whose address may have changed.
      const challenge = { ...failure.challenge, url: redactUrl(page.url()) };
      context.onStep('waiting for the code');
      const answer = await codes.ask({
        challenge,
        detail: describeChallenge(challenge),
        code: { attempt, of: maxCodes, digits: before.digits, canResend: await before.canResend(), ...last },
        evidence: await keepEvidence(context, challenge),
        signal: context.gone,
      });
      signal?.throwIfAborted();
      if (answer.kind === 'left') return failure;
      // The page may have redrawn the prompt while the code was on its way.
      const prompt = await findSoon();
      if (!prompt) return await confirmGone();
      if (answer.kind === 'resend') {
        resends += 1;
        last = await prompt.resend();
        continue;
      }
      attempt += 1;
      if (prompt.digits !== undefined && answer.digits.length !== prompt.digits) {
        last = { note: 'wrong-length' };
        continue;
      }
      context.onStep('typing the code');
      const verdict = await tryCode(prompt, answer.digits);
      context.log.info({ attempt: attempt - 1, verdict }, 'a code was typed');
      if (verdict === 'passed') {
        const left = await confirmGone();
        if (!left || !wantsCode(left)) return left;
        failure = left;
        last = { note: 'unclear' };
      } else last = { note: verdict };
    }
    return { ...failure, detail: failureTexts.and(failure.detail, pageTexts.codesRefused(attempt - 1)) };
  } finally {
    pageState.forget();
  }

  async function findSoon(): Promise<CodePrompt | undefined> {
    const startedAt = performance.now();
    for (;;) {
      const prompt = await findCodePrompt(page, section);
      if (prompt || hasKey() || performance.now() - startedAt > promptMs) return prompt;
      await answers.next(tickMs);
    }
  }

  async function tryCode(prompt: CodePrompt, digits: string): Promise<'passed' | CodeNote> {
    const before = withoutDigits(await prompt.textAround());
    let answeredAt: number | undefined;
    const isData = (request: Request) => ['xhr', 'fetch', 'document'].includes(request.resourceType());
    const onAnswer = (response: Response) => {
      if (isData(response.request())) answeredAt = performance.now();
    };
    page.on('response', onAnswer);
    const sending = page.waitForRequest(isData, { timeout: verdictMs }).catch(() => undefined);
    try {
      await prompt.type(digits);
      let hasPressed = false;
      const press = async () => {
        hasPressed = true;
        answeredAt = undefined;
        // The page may accept the code and remove the button at this moment.
        await prompt.submit().catch(() => undefined);
      };
      if (!(await withDeadline(sending, sendsItselfMs, () => undefined))) await press();

      let goneFor = 0;
      const startedAt = performance.now();
      for (;;) {
        const sinceMs = performance.now() - startedAt;
        if (hasKey()) return 'passed';
        goneFor = (await prompt.isShown()) ? 0 : goneFor + 1;
        if (goneFor === 2) return 'passed';
        const text = withoutDigits(await prompt.textAround());
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
      page.off('response', onAnswer);
    }
  }

  /** After a prompt has gone or never appeared: undefined when the page is ready, otherwise the blocking failure. */
  async function confirmGone(): Promise<Failure | undefined> {
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
