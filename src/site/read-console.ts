import { done, failed, type Attempt, type Failure } from '../core/outcome.js';
import type { ConsoleReading } from '../core/ports.js';
import { pageTexts } from '../messages/failures.js';
import { guardPage } from './guard-page.js';
import { openKeyPage } from './open-key-page.js';
import { expiryIn } from './new-key.js';
import type { PageContext } from './page-context.js';
import { firstSeen } from './locate.js';
import { readPage } from './read-page.js';
import { runSteps, stepFailure } from './run-steps.js';
import { waitForCode, wantsCode } from './wait-for-code.js';
import { waitForPerson, wantsPerson } from './wait-for-person.js';

const maxRounds = 5;

/** Opens the key page, clears challenges where possible, and reads the key. */
export function readConsole(context: PageContext): Promise<Attempt<ConsoleReading>> {
  return guardPage(context, async () => {
    context.onStep('opening the key page');
    let failure = (await openKeyPage(context)) ?? (await showKey(context));
    for (let round = 1; failure; round += 1) {
      const left = await clearChallenge(context, failure, () => false);
      if (left ?? round === maxRounds) return failed(left ?? failure);
      failure = await showKey(context);
    }
    context.onStep('reading the key');
    const reading = await readKey(context);
    if (reading) {
      context.redactor.add(reading.key);
      return done(reading);
    }
    return failed({ kind: 'drift', detail: pageTexts.noKeyShown });
  });
}

/** Does the steps that show the key. Without a key there is nothing to show. */
async function showKey(context: PageContext): Promise<Failure | undefined> {
  const { create = [], rotate, read } = context.section;
  const [first] = read.before;
  if (!first || ((await firstSeen(context, read.none)) && !(await firstSeen(context, first.targets)))) return undefined;
  const result = await runSteps({
    ...context,
    steps: read.before,
    reading: { hasKey: true },
    avoids: [...create, ...rotate].filter(({ rotates }) => rotates),
    beforeRotating: () => Promise.resolve(false),
    isDone: () => false,
  });
  return result.kind === 'done' ? undefined : stepFailure(context, result);
}

/** Reads the page's own request, completed by the visible page; the page alone when no answer fits the profile. */
async function readKey(context: PageContext): Promise<ConsoleReading | undefined> {
  const { section, answers } = context;
  if (section.read.response && !answers.read) await answers.next(2000);
  const deadline = performance.now() + 3000;
  for (;;) {
    const shown = await readPage(context);
    const { read } = answers;
    if (read?.kind === 'reading') {
      const said = shown?.expiresAt !== undefined && read.reading.expiresAt === undefined ? shown : read.reading;
      const { hasKey, key = shown?.key, mask = shown?.mask, name = shown?.name } = read.reading;
      return { ...read.reading, ...expiryIn(said), hasKey: hasKey || shown?.hasKey === true, key, mask, name };
    }
    // Some pages load the key with a later request.
    if (shown || performance.now() > deadline) return shown;
    await answers.next(200);
  }
}

/** Undefined once a code or the person cleared the challenge or `hasKey` is true, else the blocking failure. */
export async function clearChallenge(
  context: PageContext,
  failure: Failure,
  hasKey: () => boolean,
): Promise<Failure | undefined> {
  const { person, codes, log } = context;
  if (!person && codes && wantsCode(failure)) return waitForCode(failure, { ...context, codes, hasKey });
  if (!person || !wantsPerson(failure)) return failure;
  context.onStep('waiting for the person at the browser');
  context.isWithPerson = true;
  const left = await waitForPerson(failure, { ...context, person }, hasKey).finally(() => {
    context.isWithPerson = false;
  });
  if (!left) log.info({ failure: failure.kind }, 'the person cleared the way');
  return left;
}
