import { done, failed, type Attempt, type Failure } from '../core/outcome.js';
import type { ConsoleReading } from '../core/ports.js';
import { pageTexts } from '../messages/failures.js';
import { guardPage } from './guard-page.js';
import { openKeyPage } from './open-key-page.js';
import { expiryIn } from './new-key.js';
import type { PageContext } from './page-context.js';
import { readPage } from './read-page.js';
import { waitForCode, wantsCode } from './wait-for-code.js';
import { waitForPerson, wantsPerson } from './wait-for-person.js';

/** Opens the key page, clears challenges where possible, and reads the key. */
export function readConsole(context: PageContext): Promise<Attempt<ConsoleReading>> {
  return guardPage(context, async () => {
    context.onStep('opening the key page');
    const failure = await openKeyPage(context);
    const left = failure && (await clearChallenge(context, failure, () => false));
    if (left) return failed(left);
    context.onStep('reading the key');
    const reading = await readKey(context);
    if (reading) {
      context.redactor.add(reading.key);
      return done(reading);
    }
    return failed({ kind: 'drift', detail: pageTexts.noKeyShown });
  });
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
      return { ...read.reading, ...expiryIn(said), key: read.reading.key ?? shown?.key };
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
