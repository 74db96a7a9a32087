import type { ConsoleReading } from '../core/ports.js';
import { interpolate, isFilledBy, randomWord, type Values } from './interpolate.js';
import type { PageContext } from './page-context.js';
import type { Target } from './profile-parts.js';

type Known = Pick<PageContext, 'profile' | 'keyName' | 'accountName'> & {
  readonly answers: { readonly clockSkewMs: number | undefined };
};

/** The values for `${…}` in steps: the same for all steps of a list. */
export function stepValues(
  { profile, keyName, accountName = profile.name, answers }: Known,
  reading: ConsoleReading,
): Values {
  const { baseUrl, timeZone } = profile;
  const time = { now: Date.now() - (answers.clockSkewMs ?? 0), timeZone };
  const newName = interpolate(`${keyName ?? `keyturn-${accountName}`}-\${now:YYYYMMDD}`, { ...time, named: {} });
  const named = {
    baseUrl,
    name: reading.name ?? keyName,
    keyName: newName,
    'old.name': reading.name,
    random: randomWord(),
  };
  return { ...time, named };
}

/** Without the targets that name something without a value: they would fit any element. */
export function filledTargets(targets: readonly Target[], values: Values): readonly Target[] {
  return targets.flatMap((target) => fill(target, values) ?? []);
}

/** Undefined where a word has no value. */
function fill<T>(part: T, values: Values): T | undefined {
  if (typeof part === 'string') return isFilledBy(part, values) ? (interpolate(part, values) as T) : undefined;
  if (part instanceof RegExp) {
    const { source, flags } = part;
    return isFilledBy(source, values) ? (new RegExp(interpolate(source, values, escaped), flags) as T) : undefined;
  }
  if (typeof part !== 'object' || part === null) return part;
  const entries = Object.entries(part).map(([name, value]: [string, unknown]) => [name, fill(value, values), value]);
  if (entries.some(([, filled, value]) => filled === undefined && value !== undefined)) return undefined;
  const filled: unknown = Array.isArray(part)
    ? entries.map(([, value]) => value)
    : Object.fromEntries(entries.map(([name, value]) => [name, value] as [string, unknown]));
  return filled as T;
}

const escaped = (value: string) => value.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
