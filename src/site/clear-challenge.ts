import type { Failure } from '../core/outcome.js';
import { keepEvidence } from './keep-evidence.js';
import type { PageContext } from './page-context.js';
import { waitForCode, wantsCode } from './wait-for-code.js';
import { waitForPerson, wantsPerson } from './wait-for-person.js';

/**
 * Has a challenge cleared by a code or by the person at the browser. Returns the failure unchanged when nobody can clear it,
 * undefined once it is cleared or `hasKey` is true.
 */
export async function clearChallenge(
  context: PageContext,
  failure: Failure,
  hasKey: () => boolean,
): Promise<Failure | undefined> {
  const { page, pageState, section, answers, person, codes, log, signal, onStep, now } = context;
  const pause = (ms: number) => answers.next(ms);
  if (!person && codes && wantsCode(failure)) {
    const evidence = (wanted: Failure) => keepEvidence(context, wanted);
    return waitForCode(failure, { page, pageState, section, codes, log, signal, onStep, hasKey, pause, evidence });
  }
  if (!person || !wantsPerson(failure)) return failure;
  onStep('waiting for the person at the browser');
  context.isWithPerson = true;
  const options = { page, pageState, section, person, signal, now, hasKey, pause };
  const left = await waitForPerson(failure, options).finally(() => {
    context.isWithPerson = false;
  });
  if (!left) log.info({ failure: failure.kind }, 'the person cleared the way');
  return left;
}
