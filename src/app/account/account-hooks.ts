import { renewedHook, wantedOf } from '../../core/delivery-record.js';
import { hookEvents, type HookEvent, type Hooks } from '../../core/delivery-target.js';
import { fingerprintOf } from '../../core/key-record.js';
import { appError } from '../../errors/app-error.js';
import { settingsErrors } from '../../errors/settings-errors.js';
import { usageTexts } from '../../messages/cli/usage.js';
import type { Text } from '../../messages/text.js';
import { readAccount, saveAccount } from '../../store/accounts.js';
import { readDeliveries, writeDeliveries } from '../../store/deliveries.js';
import type { AccountPaths } from '../../store/home.js';
import { readKeyRecord } from '../../store/key-records.js';
import { homeOf, type ProcessContext } from '../process-context.js';

type Context = Pick<ProcessContext, 'env' | 'platform'>;

export interface HookOptions {
  readonly event: string;
  /** What stands before `--`: nothing is allowed there. */
  readonly words: readonly string[];
  readonly program: readonly string[];
  /** A duration. */
  readonly timeout?: string;
}

export async function setHook(account: string, options: HookOptions, context: Context): Promise<void> {
  const { event, words, program, timeout } = options;
  const home = homeOf(context);
  requireEvent(event);
  const config = await readAccount(home, account);
  if (words.length > 0 || program.length === 0)
    throw usage(usageTexts.programAfterDashes('keyturn account hook set work renewed -- my-sync'));
  const { whyNotRunnable } = await import('../../delivery/put-key.js');
  const problem = whyNotRunnable(program[0] ?? '', context.env);
  if (problem !== undefined) throw usage(usageTexts.programProblem(program[0] ?? '', problem));
  const hooks: Hooks = { ...config.hooks, [event]: { command: program, timeout } };
  const paths = await saveAccount(home, { ...config, hooks });
  if (event === 'renewed') await markCurrentKey(paths, hooks);
}

export async function listHooks(
  account: string,
  context: Context,
): Promise<{
  readonly hooks: Hooks;
  /** The events that have a hook, in the order of a renewal. */
  readonly events: readonly HookEvent[];
}> {
  const { hooks = {} } = await readAccount(homeOf(context), account);
  return { hooks, events: hookEvents.filter((event) => hooks[event]) };
}

export async function removeHook(account: string, event: string, context: Context): Promise<void> {
  const home = homeOf(context);
  requireEvent(event);
  const config = await readAccount(home, account);
  if (!config.hooks?.[event]) {
    const known = hookEvents.filter((each) => config.hooks?.[each]);
    const message = usageTexts.unknownTarget(account, event, known);
    throw appError(settingsErrors.usage, { message, next: `keyturn account hook list ${account}` });
  }
  const { [event]: _removed, ...left } = config.hooks;
  await saveAccount(home, { ...config, hooks: Object.keys(left).length > 0 ? left : undefined });
}

/** Records the hook as run for the key that is in place now, so that its first run is for the next key. */
async function markCurrentKey(paths: AccountPaths, hooks: Hooks): Promise<void> {
  const { current } = await readKeyRecord(paths);
  const where = wantedOf({ hooks })[0]?.where;
  if (!current || where === undefined) return;
  const record = await readDeliveries(paths);
  const state = { where, fingerprint: fingerprintOf(current.key) };
  await writeDeliveries(paths, { ...record, targets: { ...record.targets, [renewedHook]: state } });
}

function requireEvent(event: string): asserts event is HookEvent {
  if (!hookEvents.includes(event as HookEvent)) throw usage(usageTexts.unknownEvent(event, hookEvents));
}

const usage = (message: Text) => appError(settingsErrors.usage, { message, command: 'keyturn account hook set' });
