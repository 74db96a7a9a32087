import { isBelowFloor, isDue, siteTime } from '../core/is-due.js';
import { AppError } from '../lib/app-error.js';
import { accountPaths } from '../store/home.js';
import { readKeyFacts } from '../store/key-records.js';
import type { Warn } from '../store/record-file.js';
import { cliErrors } from './cli-errors.js';
import { pickAccount, pickKey, type KeyWish } from './pick-account.js';
import { homeOf, type ProcessContext } from './process-context.js';

/** Another run may be renewing the key at this moment. */
const waitLockMs = 60_000;
const { noKey, expiredKey, endsSoon, timeUnknown } = cliErrors;
const renewable: readonly string[] = [noKey, expiredKey, endsSoon, timeUnknown].map(({ code }) => code);

/**
 * The key that a script asks for. With `renew`, one that does not live long enough is renewed first, and one that is not
 * due only where it has lived long enough.
 * @returns `trouble`: the key is good, but the run that renewed it failed, such as its delivery
 */
export async function keyToPrint(
  context: ProcessContext,
  { renew, ...wish }: KeyWish & { readonly renew?: boolean },
  warn: Warn,
): Promise<{ readonly key: string; readonly trouble?: unknown }> {
  const home = homeOf(context);
  const pick = () => pickKey(home, wish, { command: 'key', now: context.clock.now(), warn });
  try {
    return { key: await pick() };
  } catch (error) {
    if (!renew || !(error instanceof AppError) || !renewable.includes(error.code)) throw error;
  }
  const { name } = await pickAccount(home, wish.name, 'key');
  const facts = await readKeyFacts(accountPaths(home, name));
  const now = context.clock.now();
  const force =
    facts.current !== undefined && !isDue(facts, now).due && !isBelowFloor(facts.current, siteTime(facts, now));
  const { refresh } = await import('./refresh.js');
  const { ends } = await refresh(context, { names: [name], force, quiet: true, waitLockMs });
  const trouble = ends[0]?.failure;
  try {
    return { key: await pick(), trouble };
  } catch (error) {
    throw trouble ?? error;
  }
}
