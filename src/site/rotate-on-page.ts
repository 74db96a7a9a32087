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

/** What is known at any moment, for the case that the page goes away. */
export interface RotationState {
  sent: Sent;
  keyCatch?: NewKeyCatch;
}

export interface RotateOnPageOptions {
  readonly current: ConsoleReading;
  readonly hooks: RotateHooks;
  /** Kept up to date for the caller, who needs it when the page goes away. */
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
/** After a challenge the page may send the refused request again by itself, perhaps after a reload of its own. */
const reissueMs = 4000;
const tickMs = 250;
const checkEveryMs = 1000;
/** An answer may name a challenge before the page shows it. */
const showMs = 3000;

/** The steps that make a key: the profile's `create` steps when there is none yet and the profile has them. */
export function rotationSteps(section: ResolvedPage, reading: ConsoleReading): ResolvedPage['rotate'] {
  return reading.hasKey ? section.rotate : (section.create ?? section.rotate);
}

/**
 * Presses what rotates and waits for the key, from the answer or from the page, whichever comes first:
 * 1. do the profile's steps, telling the write-ahead hook right before the press;
 * 2. wait for the key, looking for challenges all the while;
 * 3. a challenge, and a person is there: they clear it, and the key may come by itself;
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
      // A page whose repeated request broke off may ask for another code, and would send a third one.
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

/** One go through the steps. Undefined, or a failure; the key is in the catch. */
async function press(rotation: Rotation): Promise<Failure | undefined> {
  const { context, current, hooks, state, keyCatch } = rotation;
  const { page, profile, section, pageState, answers } = context;
  // Whatever was answered before the press is not its answer.
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

/** Looks at answers and page until the key is there, something stops it, or nothing comes. */
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
    // The answer was not one that the profile knows, and the page made no more of it.
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

/** Whether the page sent the request once more after the challenge, and no answer said what became of that. */
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

/** The answer knows better than the page whether the request was let through. */
function recordSent(rotated: Meaning | undefined, failure: Failure, state: RotationState): Failure {
  if (rotated && rotated.kind !== 'reading' && rotated.sent !== 'maybe') state.sent = rotated.sent;
  return failure;
}

/** A full key on the page that was not there before the press. */
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

/** Undefined when the console shows that nothing was rotated; else why not to press again. */
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

/** Only what the console positively shows counts: without a mask or an expiry there is nothing to compare. */
function isUnchanged(before: ConsoleReading, after: ConsoleReading): boolean {
  if (before.hasKey !== after.hasKey) return false;
  if (!before.hasKey) return true;
  if (before.key !== undefined && after.key !== undefined) return before.key === after.key;
  if (before.key !== undefined && after.mask !== undefined && !maskMatches(after.mask, before.key)) return false;
  const sameMask = before.key !== undefined || (before.mask !== undefined && before.mask === after.mask);
  const sameExpiry = before.expiresAt === undefined || before.expiresAt === after.expiresAt;
  return sameMask && sameExpiry;
}
