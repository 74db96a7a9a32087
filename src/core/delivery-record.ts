import * as z from 'zod/mini';
import { isoTime, nonEmptyString, stored, textThat, version1 } from '../lib/schema.js';
import { oneLine } from '../lib/redact.js';
import { whereOf, type DeliveryTarget, type Hook, type Hooks } from './delivery-target.js';

const fingerprint = textThat((text) => (/^[0-9a-f]{64}$/.test(text) ? undefined : 'is not a SHA-256 in hex'));

const deliveryFailure = stored({
  /** Fingerprint of the key that the delivery failed for. */
  wanted: fingerprint,
  code: nonEmptyString,
  message: z.string(),
  attempts: z.number(),
  since: isoTime,
  nextTryAt: isoTime,
});

const deliveryState = stored({
  /** Where the key was written. If the target's place changes, the new place counts as empty. */
  where: nonEmptyString,
  fingerprint: z.optional(fingerprint),
  deliveredAt: z.optional(isoTime),
  /** Absent after a success. */
  failure: z.optional(deliveryFailure),
});
export type DeliveryState = Readonly<z.output<typeof deliveryState>>;

export const deliveryRecord = stored({
  version: version1,
  /** By target name. The hook `renewed` runs once for each key, too, and is stored as `hook renewed`. */
  targets: z.record(z.string(), deliveryState),
  /** The failures in the last notification to the owner, and its time. */
  told: z.optional(stored({ what: z.string(), at: isoTime })),
});

/** The delivery state of an account's targets. Holds fingerprints, never a key. */
export type DeliveryRecord = Readonly<z.output<typeof deliveryRecord>>;

export const emptyRecord: DeliveryRecord = { version: 1, targets: {} };
export const renewedHook = 'hook renewed';

const minuteMs = 60_000;
const retryDelaysMs = [1, 5, 15, 30, 60, 120, 360].map((minutes) => minutes * minuteMs);
const maxRetryDelayMs = 360 * minuteMs;

/** How long to wait after that many failed attempts. The last value repeats. */
export const retryDelayMs = (attempts: number): number => retryDelaysMs[attempts - 1] ?? maxRetryDelayMs;

export interface DeliveryWishes {
  readonly targets?: readonly DeliveryTarget[];
  readonly hooks?: Hooks;
}

export const isOff = (one: DeliveryTarget | Hook) => 'enabled' in one && one.enabled === false;

/** Without the programs that came with an import and were not switched on. */
export function switchedOn({ targets = [], hooks = {} }: DeliveryWishes): Required<DeliveryWishes> {
  return {
    targets: targets.filter((target) => !isOff(target)),
    hooks: Object.fromEntries(Object.entries(hooks).filter(([, hook]) => !isOff(hook))),
  };
}

/** The programs that {@link switchedOn} leaves out. */
export function switchedOff({ targets = [], hooks = {} }: DeliveryWishes) {
  const off = (kind: 'hook' | 'target', name: string, one: DeliveryTarget | Hook) =>
    'command' in one && isOff(one) ? [{ kind, name, program: oneLine(one.command.join(' ')) }] : [];
  return [
    ...Object.entries(hooks).flatMap(([event, hook]) => off('hook', event, hook)),
    ...targets.flatMap((target) => off('target', target.name, target)),
  ];
}

export function hasWishes(wishes: DeliveryWishes): boolean {
  const { targets, hooks } = switchedOn(wishes);
  return targets.length > 0 || hooks.renewed !== undefined;
}

/** All deliveries for each key, under the names used in the record. */
export function wantedOf(wishes: DeliveryWishes) {
  type Wanted = { name: string; where: string; target?: DeliveryTarget };
  const { targets, hooks } = switchedOn(wishes);
  const wanted = targets.map((target): Wanted => ({ name: target.name, where: whereOf(target), target }));
  const hook = hooks.renewed;
  return hook ? [...wanted, { name: renewedHook, where: hook.command.join(' ') }] : wanted;
}

/** When one target is tried next; undefined if it already holds the key. A key never tried there is due at once. */
export function dueAt(state: DeliveryState | undefined, where: string, fingerprint: string, now: number) {
  if (state?.where !== where) return now;
  if (state.fingerprint === fingerprint) return undefined;
  const failure = state.failure?.wanted === fingerprint ? state.failure : undefined;
  const at = Date.parse(failure?.nextTryAt ?? '');
  // A wrong clock may have set a time far in the future. Ignore such a time.
  return Number.isNaN(at) || at - now > maxRetryDelayMs ? now : Math.max(at, now);
}

/** When to try the next delivery; undefined if every consumer has the current key, or if there is no key. */
export function nextDeliveryAt(
  wishes: DeliveryWishes,
  record: DeliveryRecord,
  fingerprint: string | undefined,
  now: number,
): number | undefined {
  if (fingerprint === undefined) return undefined;
  const next = ({ name, where }: { name: string; where: string }) =>
    dueAt(record.targets[name], where, fingerprint, now) ?? [];
  const times = wantedOf(wishes).flatMap(next);
  return times.length === 0 ? undefined : Math.min(...times);
}
