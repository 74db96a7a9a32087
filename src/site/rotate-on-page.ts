import { done, failed, type Attempt, type Failure } from '../core/outcome.js';
import type { ConsoleReading, NewKey, RotateHooks, RotateResult, Sent } from '../core/ports.js';
import { answerTexts, pageTexts } from '../messages/failures.js';
import { same } from '../messages/text.js';
import { guardPage } from './guard-page.js';
import type { Meaning } from './interpret-answer.js';
import { catchNewKey } from './new-key.js';
import type { PageContext } from './page-context.js';
import { clearChallenge, readConsole } from './read-console.js';
import { describePlaces, keysShown, shownExpiry } from './read-page.js';
import type { ResolvedPage } from './resolve-profile.js';
import { runSteps, stepFailure } from './run-steps.js';
import { wantsPerson } from './wait-for-person.js';

const maxRounds = 5;
/** After a challenge, the page may repeat the refused request by itself, perhaps after a reload. */
const reissueMs = 4000;
const tickMs = 250;
const checkEveryMs = 1000;
/** An answer may announce a challenge before the page shows it. */
const showMs = 3000;

/** The profile's `create` steps when there is no key yet and the profile has them, otherwise its `rotate` steps. */
export function rotationSteps(section: ResolvedPage, reading: ConsoleReading): ResolvedPage['rotate'] {
  return reading.hasKey ? section.rotate : (section.create ?? section.rotate);
}

/**
 * Presses the control that rotates and waits for the key, from the answer or from the page, whichever comes first:
 * 1. run the profile's steps, and call the write-ahead hook right before the press;
 * 2. wait for the key, and check for challenges meanwhile;
 * 3. if there is a challenge and somebody can clear it, wait for that; the key may then arrive without another press;
 * 4. if it does not, read the console again, and press again only when it shows that nothing was rotated.
 */
export async function rotateOnPage(
  context: PageContext,
  current: ConsoleReading,
  hooks: RotateHooks,
): Promise<RotateResult> {
  const { section, pageState, answers, signal } = context;
  const keyCatch = catchNewKey(current, hooks, context);
  // What is known so far; still valid when the page goes away.
  let sent: Sent = 'no';
  let hasPressed = false;
  /** Keys that the page showed before anything was pressed. */
  let before: ReadonlySet<string> = new Set();

  const result = await guardPage(context, async (): Promise<Attempt<NewKey>> => {
    const failure = await pressInRounds();
    const key = await keyCatch.caught();
    return key ? done(key) : failed(failure ?? (await noKey(context)));
  });
  // The page may close right after the answer; a key that was caught still counts as success.
  const key = await keyCatch.caught();
  if (key) return { ok: true, value: key };
  return result.ok ? result : { ...result, sent };

  /** Returns the failure, if any; a key goes to `keyCatch`. */
  async function pressInRounds(): Promise<Failure | undefined> {
    before = new Set(await keysShown(context));
    answers.onSend = () => {
      if (hasPressed) sent = 'maybe';
    };
    answers.onAnswer = (meaning, isRotation) => {
      if (meaning.kind !== 'reading' || !hasPressed) return;
      keyCatch.offer(meaning.reading.key, meaning.reading, isRotation ? 'answer' : 'page');
    };
    try {
      for (let round = 1; ; round += 1) {
        context.onStep(current.hasKey ? 'rotating the key' : 'creating the key');
        const failure = await press();
        if (keyCatch.caught() || !failure || round === maxRounds || !wantsPerson(failure)) return failure;

        // If the page's repeated request was lost, stop: it may ask for another code and would send a third request.
        const hasKey = () => keyCatch.caught() !== undefined || (hasPressed && answers.isLost);
        const left = await clearChallenge(context, failure, hasKey);
        if (!left && hasPressed) await comesByItself();
        if (keyCatch.caught() || left) return left;
        if (hasPressed && isUnclear(answers)) {
          sent = 'maybe';
          return undefined;
        }
        const forbidden = hasPressed ? await mayPressAgain() : undefined;
        if (keyCatch.caught() || forbidden) return forbidden;
        sent = 'no';
      }
    } finally {
      context.agreesToDialogs = false;
      answers.onAnswer = () => undefined;
      answers.onSend = () => undefined;
    }
  }

  async function press(): Promise<Failure | undefined> {
    // Answers from before the press do not belong to it.
    answers.forget();
    pageState.forget();
    const result = await runSteps({
      ...context,
      steps: rotationSteps(section, current),
      reading: current,
      beforeRotating: async () => {
        if (sent === 'no') {
          if ((await pageState.check()).kind === 'failed' && (await pageState.confirm()).kind === 'failed')
            return false;
          await hooks.beforePress();
        }
        hasPressed = true;
        sent = 'maybe';
        context.agreesToDialogs = true;
        return true;
      },
      isDone: () => keyCatch.caught() !== undefined || isFinal(answers.rotated),
    });
    // A step after the press may fail while the page shows the key.
    if (result.kind === 'failed' && sent !== 'no') await offerShown();
    if (keyCatch.caught()) return undefined;
    if (sent === 'no' || (result.kind !== 'done' && result.kind !== 'held')) {
      return recordSent(await stepFailure(context, result));
    }
    return waitForKey();
  }

  async function waitForKey(): Promise<Failure | undefined> {
    const startedAt = performance.now();
    let checkedAt = startedAt;
    let answeredAt: number | undefined;
    context.onStep('waiting for the new key');
    while (performance.now() - startedAt < section.patience.answerMs) {
      signal?.throwIfAborted();
      await offerShown();
      if (keyCatch.caught()) return undefined;
      const { rotated } = answers;
      if (rotated) answeredAt ??= performance.now();
      const sinceAnswer = performance.now() - (answeredAt ?? Infinity);

      const isRefused = rotated !== undefined && rotated.kind !== 'reading';
      if (isRefused || performance.now() - checkedAt >= checkEveryMs) {
        const seen = await pageState.check({ stepFailed: true });
        checkedAt = performance.now();
        if (seen.kind === 'failed') {
          const sure = await pageState.confirm({ stepFailed: true });
          if (sure.kind === 'failed') return recordSent(sure.failure);
        }
      }
      if (isRefused && sinceAnswer >= graceMs(rotated.failure)) return recordSent(rotated.failure);
      await answers.next(tickMs);
    }
    const last = await pageState.confirm({ stepFailed: true });
    if (last.kind === 'failed') return recordSent(last.failure);
    return noKey(context);
  }

  /** Records whether the request took effect, as far as its answer shows. */
  function recordSent(failure: Failure): Failure {
    const { rotated } = answers;
    if (rotated && rotated.kind !== 'reading' && rotated.sent !== 'maybe') sent = rotated.sent;
    return failure;
  }

  /** Offers a full key that the page shows and did not show before the press. */
  async function offerShown(): Promise<void> {
    const fresh = (await keysShown(context)).find((key) => !before.has(key));
    if (fresh !== undefined) keyCatch.offer(fresh, await shownExpiry(context), 'page');
  }

  async function comesByItself(): Promise<void> {
    const startedAt = performance.now();
    const patienceMs = () => (answers.isRotating ? section.patience.answerMs : reissueMs);
    while (!keyCatch.caught() && performance.now() - startedAt < patienceMs()) {
      await offerShown();
      await answers.next(tickMs);
    }
  }

  /** Undefined when the console shows that nothing was rotated, otherwise why another press is not allowed. */
  async function mayPressAgain(): Promise<Failure | undefined> {
    const reading = await readConsole(context);
    if (answers.isRotating) await comesByItself();
    if (keyCatch.caught()) return undefined;
    if (!reading.ok) return reading.failure;
    if (isUnchanged(current, reading.value)) return undefined;
    keyCatch.offer(reading.value.key, reading.value, 'page');
    if (keyCatch.caught()) return undefined;
    return { kind: 'not-seen', detail: pageTexts.changedMeanwhile };
  }
}

/** How long the page may take to show what a refusal means; the profile does not know an answer of the kind `drift`. */
function graceMs(failure: Failure): number {
  if (failure.kind === 'drift') return 3 * showMs;
  return wantsPerson(failure) ? showMs : 0;
}

const isFinal = (meaning: Meaning | undefined) =>
  meaning !== undefined && meaning.kind !== 'reading' && meaning.failure.kind !== 'drift';

/** The page repeated the request after the challenge, and no answer shows whether it rotated the key. */
function isUnclear({ isLost, rotated }: PageContext['answers']): boolean {
  if (isLost || rotated?.kind === 'reading') return true;
  return rotated !== undefined && rotated.sent === 'maybe' && !wantsPerson(rotated.failure);
}

/** True only when the console positively shows the same key or mask, and the same expiry if it showed a date before. */
function isUnchanged(before: ConsoleReading, after: ConsoleReading): boolean {
  if (!before.hasKey || !after.hasKey) return before.hasKey === after.hasKey;
  const sameExpiry = before.expiresAt === undefined || before.isExpiryRelative || before.expiresAt === after.expiresAt;
  const [shown, same] = before.key === undefined ? [before.mask, after.mask] : [before.key, after.key];
  return shown !== undefined && shown === same && sameExpiry;
}

async function noKey(context: PageContext): Promise<Failure> {
  const { section, answers } = context;
  const seen = await describePlaces(context);
  const { response } = section.capture;
  const label = response && `${response.method} ${response.pathname}`;
  if (label && answers.isLost) {
    const detail = answerTexts.of(label, answerTexts.unanswered(answerTexts.connectionBroke));
    return { kind: 'unreachable', detail };
  }
  const { rotated } = answers;
  const unfit = rotated?.kind === 'reading' ? rotated.unfit : undefined;
  const answered = unfit && label ? pageTexts.inAnswerTo(label, unfit) : same('');
  const network = label === undefined || rotated ? answered : pageTexts.noAnswerTo(label);
  return { kind: 'not-seen', detail: pageTexts.newKeyMissing(seen, network) };
}
