import { AppError } from '../lib/app-error.js';
import type { Log } from '../lib/log.js';
import { fingerprintOf } from '../core/key-record.js';
import {
  dueAt,
  retryDelayMs,
  wantedOf,
  type DeliveryRecord,
  type DeliveryState,
  type DeliveryWishes,
} from '../core/delivery-record.js';
import type { DeliveryTarget } from '../core/delivery-target.js';

export interface DeliverDeps {
  readonly readRecord: () => Promise<DeliveryRecord>;
  readonly writeRecord: (record: DeliveryRecord) => Promise<void>;
  readonly put: (target: DeliveryTarget) => Promise<'held' | 'delivered' | 'written-through'>;
  /** Runs the hook `renewed` and gives it the names of the targets without the key. Rejects with an AppError. */
  readonly runHook: (undelivered: readonly string[]) => Promise<void>;
  readonly history: (event: string, details: object) => Promise<void>;
  readonly log: Log;
  readonly now: () => number;
}

/** `resting`: an earlier delivery failed and is tried again later. */
interface Delivered {
  readonly state: 'held' | 'delivered' | 'failed' | 'resting';
  readonly failure?: DeliveryState['failure'];
}

export type DeliveryEnd = Delivered & Readonly<{ name: string; where: string; isHook: boolean }>;

/**
 * Delivers the key to every target that does not have it, then runs the hook. Each result is on disk before the
 * next target begins. After a kill, the next run delivers the rest: a target is done only when its record holds the
 * fingerprint of this key.
 * @param mode `due`: targets that lack the key and are not resting; `all`: every target, whatever the record says,
 * and the hook unless it already ran for this key
 */
export async function deliverKey(
  wishes: DeliveryWishes,
  key: string,
  mode: 'due' | 'all',
  deps: DeliverDeps,
): Promise<readonly DeliveryEnd[]> {
  const fingerprint = fingerprintOf(key);
  const ends: DeliveryEnd[] = [];
  const states: Record<string, DeliveryState> = {};
  let record = await deps.readRecord();
  const wanted = wantedOf(wishes);
  // The first write drops the targets that are no longer configured.
  for (const { name } of wanted) if (record.targets[name]) states[name] = record.targets[name];
  const save = async (name: string, state: DeliveryState) => {
    states[name] = state;
    record = { ...record, targets: { ...states } };
    try {
      await deps.writeRecord(record);
    } catch (error) {
      // The consumer has the key. Without the record, the next run delivers it again.
      deps.log.error({ target: name, err: error }, 'the delivery could not be recorded');
    }
  };

  const deliverTo = async ({ name, where, target }: (typeof wanted)[number]): Promise<Delivered> => {
    const before = states[name]?.where === where ? states[name] : undefined;
    const due = dueAt(before, where, fingerprint, deps.now());
    // A program is not run again for a key that it already has.
    const isAsked = mode === 'all' && target !== undefined && target.kind !== 'command';
    if (!isAsked && due === undefined) return { state: 'held' };
    if (mode === 'due' && due !== undefined && due > deps.now()) return { state: 'resting', failure: before?.failure };
    const at = () => new Date(deps.now()).toISOString();
    try {
      let put: Awaited<ReturnType<DeliverDeps['put']>> = 'delivered';
      if (target) put = await deps.put(target);
      else await deps.runHook(ends.flatMap((end) => (end.failure ? [end.name] : [])));
      if (put === 'written-through') deps.log.info({ target: name }, 'written into the file itself, not by a rename');
      const state = put === 'held' ? 'held' : 'delivered';
      if (state === 'delivered') await deps.history(target ? 'delivered' : 'hook', { target: name });
      if (due !== undefined || state === 'delivered') await save(name, { where, fingerprint, deliveredAt: at() });
      // The hook already ran for this key, but before this target had it: let it run once more.
      const hook = wanted.find((each) => !each.target);
      const told = hook && states[hook.name];
      if (target && hook && told && state === 'delivered' && told.fingerprint === fingerprint) {
        await save(hook.name, { where: told.where, deliveredAt: told.deliveredAt });
      }
      return { state };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const earlier = before?.failure?.wanted === fingerprint ? before.failure : undefined;
      const attempts = (earlier?.attempts ?? 0) + 1;
      const failure = {
        wanted: fingerprint,
        code: error.code,
        message: error.message,
        attempts,
        since: earlier?.since ?? at(),
        nextTryAt: new Date(deps.now() + retryDelayMs(attempts)).toISOString(),
      };
      // Whatever the record said, this target does not have the key.
      const held = before?.fingerprint === fingerprint ? undefined : before?.fingerprint;
      await save(name, { where, fingerprint: held, deliveredAt: before?.deliveredAt, failure });
      await deps.history('delivery-failed', { target: name, code: error.code, attempts });
      deps.log.warn({ target: name, code: error.code, attempts }, error.message);
      return { state: 'failed', failure };
    }
  };
  for (const each of wanted) {
    const { name, where, target } = each;
    ends.push({ name, where, isHook: !target, ...(await deliverTo(each)) });
  }
  return ends;
}
