import { AppError } from '../errors/app-error.js';
import type { Log } from '../lib/log.js';
import { fingerprintOf } from '../core/key-record.js';
import type { IsoTime } from '../core/outcome.js';
import {
  dueAt,
  restAfterMs,
  wantedOf,
  type DeliveryRecord,
  type DeliveryState,
  type DeliveryWishes,
} from '../core/delivery-record.js';
import type { DeliveryTarget } from '../core/delivery-target.js';

export interface DeliverDeps {
  readonly readRecord: () => Promise<DeliveryRecord>;
  readonly writeRecord: (record: DeliveryRecord) => Promise<void>;
  /** Rejects with a coded error. */
  readonly put: (target: DeliveryTarget) => Promise<'held' | 'delivered' | 'written-through'>;
  /** Runs the hook `renewed`; told which targets did not get the key. Rejects with a coded error. */
  readonly runHook: (undelivered: readonly string[]) => Promise<void>;
  readonly history: (event: string, details: object) => Promise<void>;
  readonly log: Log;
  readonly now: () => number;
}

/** `resting`: it failed before, and is tried again later. */
export interface DeliveryEnd {
  readonly name: string;
  readonly where: string;
  readonly isHook: boolean;
  readonly state: 'held' | 'delivered' | 'failed' | 'resting';
  readonly failure?: {
    readonly code: string;
    readonly message: string;
    readonly attempts: number;
    readonly nextTryAt: IsoTime;
  };
}

/**
 * Brings the key to every target that does not have it, the hook last. Each end is on disk before the next begins; what a kill
 * leaves undone is seen by the next run, since it is the fingerprint that counts and not that somebody tried.
 * @param mode `due`: what is behind and not resting; `all`: whatever the record says
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
  // What is no longer wanted is forgotten with the first write.
  for (const { name } of wanted) if (record.targets[name]) states[name] = record.targets[name];
  const save = async (name: string, state: DeliveryState) => {
    states[name] = state;
    record = { ...record, targets: { ...states } };
    try {
      await deps.writeRecord(record);
    } catch (error) {
      // The consumer has the key, which is what counts; without the record it gets it once more.
      deps.log.error({ target: name, err: error }, 'the delivery could not be recorded');
    }
  };

  for (const { name, where, target } of wanted) {
    const before = states[name]?.where === where ? states[name] : undefined;
    const due = dueAt(before, where, fingerprint, deps.now());
    const isAsked = target !== undefined && mode === 'all';
    if (!isAsked && due === undefined) {
      ends.push({ name, where, isHook: !target, state: 'held' });
      continue;
    }
    if (mode === 'due' && due !== undefined && due > deps.now()) {
      ends.push({ name, where, isHook: !target, state: 'resting', failure: before?.failure });
      continue;
    }
    const at = () => new Date(deps.now()).toISOString();
    try {
      let state: 'held' | 'delivered' = 'delivered';
      // A program is not run once more for a key that it has.
      if (target?.kind === 'command' && due === undefined) state = 'held';
      else if (target) {
        const put = await deps.put(target);
        state = put === 'held' ? 'held' : 'delivered';
        if (put === 'written-through') deps.log.info({ target: name }, 'written into the file itself, not by a rename');
      } else await deps.runHook(ends.flatMap((end) => (end.failure ? [end.name] : [])));
      if (state === 'delivered') await deps.history(target ? 'delivered' : 'hook', { target: name });
      if (due !== undefined || state === 'delivered') {
        await save(name, { where, fingerprint, deliveredAt: at() });
      }
      // A consumer that got its key late may have to be told once more.
      const hook = wanted.find((each) => !each.target);
      const told = hook && states[hook.name];
      if (target && hook && told && state === 'delivered' && told.fingerprint === fingerprint) {
        await save(hook.name, { where: told.where, deliveredAt: told.deliveredAt });
      }
      ends.push({ name, where, isHook: !target, state });
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
        nextTryAt: new Date(deps.now() + restAfterMs(attempts)).toISOString(),
      };
      // It was found not to have the key, whatever the record said.
      const held = before?.fingerprint === fingerprint ? undefined : before?.fingerprint;
      await save(name, { where, fingerprint: held, deliveredAt: before?.deliveredAt, failure });
      await deps.history('delivery-failed', { target: name, code: error.code, attempts });
      deps.log.warn({ target: name, code: error.code, attempts }, error.message);
      ends.push({ name, where, isHook: !target, state: 'failed', failure });
    }
  }
  return ends;
}
