import { done, failed, type Attempt, type Failure } from '../core/outcome.js';
import { maskMatches } from '../core/key-record.js';
import type { ConsoleReading, NewKey, RotateHooks, Sent } from '../core/ports.js';
import { clearChallenge } from './clear-challenge.js';
import type { Meaning } from './interpret-answer.js';
import type { KeyAnswers } from './key-answers.js';
import { catchNewKey, type NewKeyCatch } from './new-key.js';
import type { PageContext } from './page-context.js';
import { readConsole } from './read-console.js';
import { describePlaces, keysShown, shownExpiry } from './read-page.js';
import type { ResolvedPage } from './resolve-profile.js';
import { runSteps } from './run-steps.js';
import { stepFailure } from './step-failure.js';
import { wantsPerson } from './wait-for-person.js';

/** What is known so far; still valid when the page goes away. */
export interface RotationState {
  sent: Sent;
  keyCatch?: NewKeyCatch;
}

export interface RotateOnPageOptions {
  readonly current: ConsoleReading;
  readonly hooks: RotateHooks;
  /** Updated in place, so that the caller has it even if the rotation throws. */
  readonly state: RotationState;
}

interface Rotation extends RotateOnPageOptions {
  readonly context: PageContext;
  readonly keyCatch: NewKeyCatch;
  /** Keys that the page showed before anything was pressed. */
  readonly before: ReadonlySet<string>;
  hasPressed: boolean;
}

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
export async function rotateOnPage(context: PageContext, options: RotateOnPageOptions): Promise<Attempt<NewKey>> {
  const { current, hooks, state } = options;
  const { page, profile, section, answers } = context;
  const keyCatch = catchNewKey(current, hooks, context.log);
  state.keyCatch = keyCatch;
  const before = new Set(await keysShown(page, profile, section));
  const rotation: Rotation = { ...options, context, keyCatch, before, hasPressed: false };
  answers.onSend = () => {
    if (rotation.hasPressed) state.sent = 'maybe';
  };
  answers.onAnswer = (meaning, isRotation) => {
    if (meaning.kind !== 'reading' || !rotation.hasPressed) return;
    keyCatch.offer(meaning.reading.key, meaning.reading.expiresAt, isRotation ? 'answer' : 'page');
  };
  try {
    for (let round = 1; ; round += 1) {
      context.onStep(current.hasKey ? 'rotating the key' : 'creating the key');
      const failure = await press(rotation);
      if (keyCatch.caught()) return done(await keyCatch.caught()!);
      if (!failure) return failed(await noKey(context));
      if (round === maxRounds || !wantsPerson(failure)) return failed(failure);

      const { hasPressed } = rotation;
      // If the page's repeated request was lost, stop: the page may ask for another code and would send a third
      // request.
      const hasKey = () => keyCatch.caught() !== undefined || (hasPressed && answers.isLost);
      const left = await clearChallenge(context, failure, hasKey);
      if (!left && hasPressed) await comesByItself(rotation);
      if (keyCatch.caught()) return done(await keyCatch.caught()!);
      if (left) return failed(left);
      if (hasPressed && isUnclear(answers)) {
        state.sent = 'maybe';
        return failed(await noKey(context));
      }
      const forbidden = hasPressed ? await mayPressAgain(rotation) : undefined;
      if (keyCatch.caught()) return done(await keyCatch.caught()!);
      if (forbidden) return failed(forbidden);
      state.sent = 'no';
    }
  } finally {
    context.agreesToDialogs = false;
    answers.onAnswer = () => undefined;
    answers.onSend = () => undefined;
  }
}

/** Runs the steps once. Returns the failure, if any; a key goes to `keyCatch`. */
async function press(rotation: Rotation): Promise<Failure | undefined> {
  const { context, current, hooks, state, keyCatch } = rotation;
  const { page, profile, section, pageState, answers } = context;
  // Answers from before the press do not belong to it.
  answers.forget();
  pageState.forget();
  const result = await runSteps({
    page,
    steps: rotationSteps(section, current),
    values: { named: { name: current.name ?? context.keyName, baseUrl: profile.baseUrl } },
    beforeRotating: async () => {
      if (state.sent === 'no') {
        if ((await pageState.check()).kind === 'failed' && (await pageState.confirm()).kind === 'failed') return false;
        await hooks.beforePress();
      }
      rotation.hasPressed = true;
      state.sent = 'maybe';
      context.agreesToDialogs = true;
      return true;
    },
    isDone: () => keyCatch.caught() !== undefined || isFinal(answers.rotated),
    nextAnswer: (ms) => answers.next(ms),
    isBlocked: async () => (await pageState.check({ stepFailed: true })).kind === 'failed',
  });
  // A step after the press may fail while the page shows the key.
  if (result.kind === 'failed' && state.sent !== 'no') await offerShown(rotation);
  if (keyCatch.caught()) return undefined;
  if (state.sent === 'no' || result.kind === 'blocked' || result.kind === 'failed') {
    const failure = await stepFailure(context, result);
    return recordSent(answers.rotated, failure, state);
  }
  return waitForKey(rotation);
}

/** Watches answers and the page until the key arrives, something blocks it, or the time is up. */
async function waitForKey(rotation: Rotation): Promise<Failure | undefined> {
  const { context, state, keyCatch } = rotation;
  const { pageState, answers, section, signal } = context;
  const startedAt = performance.now();
  let checkedAt = startedAt;
  let answeredAt: number | undefined;
  context.onStep('waiting for the new key');
  while (performance.now() - startedAt < section.patience.answerMs) {
    signal?.throwIfAborted();
    await offerShown(rotation);
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
        if (sure.kind === 'failed') return recordSent(rotated, sure.failure, state);
      }
    }
    if (isRefused && !isDrift(rotated) && (!wantsPerson(rotated.failure) || sinceAnswer > showMs)) {
      return recordSent(rotated, rotated.failure, state);
    }
    // The profile does not know the answer, and the page showed nothing further.
    if (isRefused && sinceAnswer > 3 * showMs) return recordSent(rotated, rotated.failure, state);
    await answers.next(tickMs);
  }
  const last = await pageState.confirm({ stepFailed: true });
  if (last.kind === 'failed') return recordSent(answers.rotated, last.failure, state);
  return noKey(context);
}

const isDrift = (meaning: Meaning | undefined) => meaning?.kind === 'failed' && meaning.failure.kind === 'drift';
const isFinal = (meaning: Meaning | undefined) =>
  meaning !== undefined && meaning.kind !== 'reading' && meaning.failure.kind !== 'drift';

/** The page repeated the request after the challenge, and no answer shows whether it rotated the key. */
function isUnclear({ isLost, rotated }: KeyAnswers): boolean {
  if (isLost || rotated?.kind === 'reading') return true;
  return rotated !== undefined && rotated.sent === 'maybe' && !wantsPerson(rotated.failure);
}

async function noKey({ page, profile, section, answers }: PageContext): Promise<Failure> {
  const seen = await describePlaces(page, section, profile.key.pattern);
  const { response } = section.capture;
  const label = response && `${response.method} ${response.pathname}`;
  const { rotated } = answers;
  if (label && answers.isLost) {
    return { kind: 'unreachable', detail: `${label} was not answered: its connection broke.` };
  }
  const unfit = rotated?.kind === 'reading' ? rotated.unfit : undefined;
  const answered = unfit === undefined ? '' : ` In the answer to ${label}, ${unfit}.`;
  const network = label === undefined || rotated ? answered : ` No answer to ${label} came.`;
  return {
    kind: 'not-seen',
    detail: `The new key did not appear, neither in an answer nor on the page: ${seen}.${network}`,
  };
}

/** Records whether the request took effect, as far as its answer shows. */
function recordSent(rotated: Meaning | undefined, failure: Failure, state: RotationState): Failure {
  if (rotated && rotated.kind !== 'reading' && rotated.sent !== 'maybe') state.sent = rotated.sent;
  return failure;
}

/** Offers a full key that the page shows and did not show before the press. */
async function offerShown({ context, keyCatch, before }: Rotation): Promise<void> {
  const { page, profile, section } = context;
  const fresh = (await keysShown(page, profile, section)).find((key) => !before.has(key));
  if (fresh !== undefined) keyCatch.offer(fresh, await shownExpiry(page, profile, section), 'page');
}

async function comesByItself(rotation: Rotation): Promise<void> {
  const { keyCatch } = rotation;
  const { answers, section } = rotation.context;
  const startedAt = performance.now();
  const patienceMs = () => (answers.isRotating ? section.patience.answerMs : reissueMs);
  while (!keyCatch.caught() && performance.now() - startedAt < patienceMs()) {
    await offerShown(rotation);
    await answers.next(tickMs);
  }
}

/** Undefined when the console shows that nothing was rotated, otherwise why another press is not allowed. */
async function mayPressAgain(rotation: Rotation): Promise<Failure | undefined> {
  const { context, current, keyCatch } = rotation;
  const reading = await readConsole(context);
  if (context.answers.isRotating) await comesByItself(rotation);
  if (keyCatch.caught()) return undefined;
  if (!reading.ok) return reading.failure;
  if (isUnchanged(current, reading.value)) return undefined;
  keyCatch.offer(reading.value.key, reading.value.expiresAt, 'page');
  if (keyCatch.caught()) return undefined;
  const detail = 'The key was changed while the challenge was cleared, but the new one was not shown.';
  return { kind: 'not-seen', detail };
}

/** True only when the console positively shows the same key or mask, and the same expiry if it showed one before. */
function isUnchanged(before: ConsoleReading, after: ConsoleReading): boolean {
  if (before.hasKey !== after.hasKey) return false;
  if (!before.hasKey) return true;
  if (before.key !== undefined && after.key !== undefined) return before.key === after.key;
  if (before.key !== undefined && after.mask !== undefined && !maskMatches(after.mask, before.key)) return false;
  const sameMask = before.key !== undefined || (before.mask !== undefined && before.mask === after.mask);
  const sameExpiry = before.expiresAt === undefined || before.expiresAt === after.expiresAt;
  return sameMask && sameExpiry;
}
