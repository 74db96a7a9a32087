import type { IsoTime } from './outcome.js';
import { whereOf, type DeliveryTarget, type Hooks } from './delivery-target.js';

/** What is known of an account's targets; never a key, only its fingerprint. */
export interface DeliveryRecord {
  readonly version: 1;
  /** By the target's name; the hook `renewed` is kept as `hook renewed`, since it too has to be run for each key. */
  readonly targets: Readonly<Record<string, DeliveryState>>;
  /** The failures that their owner was last told of, and when. */
  readonly told?: { readonly what: string; readonly at: IsoTime };
}

export interface DeliveryState {
  /** Where the key was put; a target that has moved since holds nothing. */
  readonly where: string;
  /** Of the key that it holds. */
  readonly fingerprint?: string;
  readonly deliveredAt?: IsoTime;
  /** Absent after a success. */
  readonly failure?: DeliveryFailure;
}

export interface DeliveryFailure {
  /** Fingerprint of the key that it was to get. */
  readonly wanted: string;
  readonly code: string;
  readonly message: string;
  readonly attempts: number;
  readonly since: IsoTime;
  readonly nextTryAt: IsoTime;
}

export const emptyRecord: DeliveryRecord = { version: 1, targets: {} };
export const renewedHook = 'hook renewed';

const minuteMs = 60_000;
const restsMs = [1, 5, 15, 30, 60, 120, 360].map((minutes) => minutes * minuteMs);
const longestRestMs = 360 * minuteMs;

/** How long a failed delivery rests after so many attempts; the last repeats. */
export const restAfterMs = (attempts: number): number =>
  restsMs[Math.min(Math.max(1, attempts), restsMs.length) - 1] ?? longestRestMs;

/** What an account wants: its targets, and a hook that is run for each key. */
export interface DeliveryWishes {
  readonly targets?: readonly DeliveryTarget[];
  readonly hooks?: Hooks;
}

export const hasWishes = ({ targets, hooks }: DeliveryWishes): boolean =>
  (targets?.length ?? 0) > 0 || hooks?.renewed !== undefined;

/** Everything that is to be done for each key, by its name in the record. */
export function wantedOf({
  targets = [],
  hooks,
}: DeliveryWishes): { name: string; where: string; target?: DeliveryTarget }[] {
  const wanted = targets.map((target) => ({ name: target.name, where: whereOf(target), target }));
  const hook = hooks?.renewed;
  return hook ? [...wanted, { name: renewedHook, where: hook.command.join(' ') }] : wanted;
}

/** When one target is to be tried; undefined when it holds the key. A key that it was not tried with before is due at once. */
export function dueAt(
  state: DeliveryState | undefined,
  where: string,
  fingerprint: string,
  now: number,
): number | undefined {
  if (state?.where !== where) return now;
  if (state.fingerprint === fingerprint) return undefined;
  const failure = state.failure?.wanted === fingerprint ? state.failure : undefined;
  const at = Date.parse(failure?.nextTryAt ?? '');
  // A time that an earlier clock put far ahead is no reason to wait for it.
  return Number.isNaN(at) || at - now > longestRestMs ? now : Math.max(at, now);
}

/** When the next delivery is to be tried; undefined when every consumer has the current key, or there is none. */
export function nextDeliveryAt(
  wishes: DeliveryWishes,
  record: DeliveryRecord,
  /** Of the current key. */
  fingerprint: string | undefined,
  now: number,
): number | undefined {
  if (fingerprint === undefined || !hasWishes(wishes)) return undefined;
  const times = wantedOf(wishes).flatMap(
    ({ name, where }) => dueAt(record.targets[name], where, fingerprint, now) ?? [],
  );
  return times.length === 0 ? undefined : Math.min(...times);
}
