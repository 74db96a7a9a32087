import type { Failure } from '../core/outcome.js';
import type { PageContext } from './page-context.js';
import { waitForCode, wantsCode } from './wait-for-code.js';
import { waitForPerson, wantsPerson } from './wait-for-person.js';

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
