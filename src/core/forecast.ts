import { quietUntil, type QuietHours } from '../lib/quiet-hours.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const fewestLives = 2;
/** Lives that differ by more than this factor foretell nothing. */
const widestSpread = 3;
/** The word comes so long before the session is expected to die. */
const leadMs = 6 * hourMs;
/** People sign in after work: the evening's hour, local time. */
const goodHour = 19;

/** The part of a history event that is read here. */
export interface SessionEvent {
  readonly at: string;
  readonly event: string;
  readonly [detail: string]: unknown;
}

export interface SessionLives {
  /** How long each session lived that was seen to begin and to end, oldest first. */
  readonly livesMs: readonly number[];
  /** When the session that lives now began; undefined when none does, or when nobody saw it. Epoch milliseconds. */
  readonly bornAt?: number;
  /** The begin of the session whose owner was told already. */
  readonly toldOf?: number;
}

/**
 * Reads sessions out of an account's history, oldest event first. One begins with a sign-in, or with a key that was
 * renewed in the visible browser after a sign-in had been asked for; it ends when a sign-in is asked for.
 */
export function sessionLives(events: readonly SessionEvent[]): SessionLives {
  const livesMs: number[] = [];
  let bornAt: number | undefined;
  let toldOf: number | undefined;
  let wantsSignIn = false;
  for (const event of events) {
    const at = Date.parse(event.at);
    if (Number.isNaN(at)) continue;
    const asksSignIn = event.event === 'question' && event['kind'] === 'login';
    if (asksSignIn) {
      if (bornAt !== undefined && at > bornAt) livesMs.push(at - bornAt);
      bornAt = undefined;
      wantsSignIn = true;
    } else if (
      event.event === 'signed-in' ||
      (event.event === 'key-published' && event['rung'] === 'headed' && wantsSignIn)
    ) {
      // A sign-in over a live session says nothing about how long the old one would have lived.
      bornAt = at;
      wantsSignIn = false;
    } else if (event.event === 'forecast' && typeof event['bornAt'] === 'string') {
      toldOf = Date.parse(event['bornAt']);
    }
  }
  return { livesMs, bornAt, toldOf };
}

export interface Forecast {
  /** How long sessions usually live. */
  readonly usualMs: number;
  /** Epoch milliseconds. */
  readonly diesAt: number;
  /** When to say so: in the last evening that is early enough, or as soon as possible after it. */
  readonly tellAt: number;
}

/** Undefined when there is nothing to foretell: too few lives or too different ones, told already, or the session outlived them all. */
export function forecastSession(
  { livesMs, bornAt, toldOf }: SessionLives,
  options: { readonly now: number; readonly quiet?: QuietHours },
): Forecast | undefined {
  if (bornAt === undefined || bornAt === toldOf || livesMs.length < fewestLives) return undefined;
  const sorted = [...livesMs.slice(-8)].sort((a, b) => a - b);
  const shortest = sorted[0] ?? 0;
  const longest = sorted.at(-1) ?? 0;
  if (shortest < hourMs || longest > shortest * widestSpread) return undefined;
  // With many lives one early death is bad luck; with few it may be the rule.
  const usualMs = sorted[Math.floor((sorted.length - 1) / 4)] ?? shortest;
  const diesAt = bornAt + usualMs;
  const { now, quiet } = options;
  if (now >= bornAt + longest) return undefined;
  const evening = lastEveningBefore(diesAt - leadMs);
  const tellAt = evening > bornAt ? evening : diesAt - leadMs;
  const soonest = Math.max(tellAt, now);
  return { usualMs, diesAt, tellAt: quietUntil(soonest, quiet) ?? soonest };
}

function lastEveningBefore(time: number): number {
  const date = new Date(time);
  const evening = new Date(date.getFullYear(), date.getMonth(), date.getDate(), goodHour).getTime();
  if (evening <= time) return evening;
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - 1, goodHour).getTime();
}

/** `6 天`, `6 days`, `20 小时`, `20 h`. */
export function usualSpan(ms: number, language: 'zh' | 'en'): string {
  const days = Math.round(ms / dayMs);
  if (ms < 1.5 * dayMs) {
    const hours = Math.round(ms / hourMs);
    return language === 'zh' ? `${hours} 小时` : `${hours} h`;
  }
  return language === 'zh' ? `${days} 天` : `${days} days`;
}
