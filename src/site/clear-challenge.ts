import type { Failure } from '../core/outcome.js';
import { keepEvidence } from './keep-evidence.js';
import type { PageContext } from './page-context.js';
import { waitForCode, wantsCode } from './wait-for-code.js';
import { waitForPerson, wantsPerson } from './wait-for-person.js';

/**
 * Waits for a code or for the person at the browser to clear the challenge. Resolves to undefined once it is
 * cleared or `hasKey` returns true, otherwise to the blocking failure; that is the same failure when nobody can
 * clear it.
 */
export async function clearChallenge(
  context: PageContext,
  failure: Failure,
  hasKey: () => boolean,
): Promise<Failure | undefined> {
  const { page, pageState, section, answers, person, codes, log, signal, now } = context;
  const pause = (ms: number) => answers.next(ms);
  if (!person && codes && wantsCode(failure)) {
    const evidence = (wanted: Failure) => keepEvidence(context, wanted);
    return waitForCode(failure, { ...context, codes, hasKey, pause, evidence });
  }
  if (!person || !wantsPerson(failure)) return failure;
  context.onStep('waiting for the person at the browser');
  context.isWithPerson = true;
  const options = { page, pageState, section, person, signal, now, hasKey, pause };
  const left = await waitForPerson(failure, options).finally(() => {
    context.isWithPerson = false;
  });
  if (!left) log.info({ failure: failure.kind }, 'the person cleared the way');
  return left;
}
