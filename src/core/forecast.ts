import { quietUntil, type QuietHours } from '../lib/quiet-hours.js';
import type { Text } from '../messages/text.js';
import { timeTexts } from '../messages/times.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const fewestLives = 2;
/** If the lifetimes differ by more than this factor, there is no forecast. */
const widestSpread = 3;
/** The notification goes out at least this long before the expected end. */
const leadMs = 6 * hourMs;
/** 19:00 local time, because people sign in after work. */
const goodHour = 19;

export interface SessionEvent {
  readonly at: string;
  readonly event: string;
  readonly [detail: string]: unknown;
}

export interface SessionLives {
  /** The lifetimes of all sessions whose start and end were both recorded, oldest first. */
  readonly livesMs: readonly number[];
  /** When the current session started, in epoch milliseconds; undefined if there is none or its start is unknown. */
  readonly bornAt?: number;
  /** The start of the session that the owner was already notified about. */
  readonly notifiedBornAt?: number;
}

/**
 * Extracts sessions from an account's history, oldest event first. A session starts with a sign-in, or with a key
 * renewed in the visible browser after a sign-in was requested. It ends when a sign-in is requested.
 */
export function sessionLives(events: readonly SessionEvent[]): SessionLives {
  const livesMs: number[] = [];
  let bornAt: number | undefined;
  let notifiedBornAt: number | undefined;
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
      // The person signed in while the old session was alive, so the lifetime of the old one stays unknown.
      bornAt = at;
      wantsSignIn = false;
    } else if (event.event === 'forecast' && typeof event['bornAt'] === 'string') {
      notifiedBornAt = Date.parse(event['bornAt']);
    }
  }
  return { livesMs, bornAt, notifiedBornAt };
}

export interface Forecast {
  readonly usualMs: number;
  /** Epoch milliseconds. */
  readonly diesAt: number;
  /** When to notify the owner: on the last evening that is early enough, or as soon as possible after it. */
  readonly notifyAt: number;
}

/** Undefined for too few or too different lifetimes, after a notification, and once all lifetimes are outlived. */
export function forecastSession(
  { livesMs, bornAt, notifiedBornAt }: SessionLives,
  options: { readonly now: number; readonly quiet?: QuietHours },
): Forecast | undefined {
  if (bornAt === undefined || bornAt === notifiedBornAt || livesMs.length < fewestLives) return undefined;
  const sorted = [...livesMs.slice(-8)].sort((a, b) => a - b);
  const shortest = sorted[0] ?? 0;
  const longest = sorted.at(-1) ?? 0;
  if (shortest < hourMs || longest > shortest * widestSpread) return undefined;
  // Among many lifetimes a single short one is an outlier. Among few it may be typical.
  const usualMs = sorted[Math.floor((sorted.length - 1) / 4)] ?? shortest;
  const diesAt = bornAt + usualMs;
  const { now, quiet } = options;
  if (now >= bornAt + longest) return undefined;
  const evening = lastEveningBefore(diesAt - leadMs);
  const notifyAt = evening > bornAt ? evening : diesAt - leadMs;
  const soonest = Math.max(notifyAt, now);
  return { usualMs, diesAt, notifyAt: quietUntil(soonest, quiet) ?? soonest };
}

function lastEveningBefore(time: number): number {
  const evening = new Date(time);
  evening.setHours(goodHour, 0, 0, 0);
  if (evening.getTime() > time) evening.setDate(evening.getDate() - 1);
  return evening.getTime();
}

/** `6 天`, `6 days`, `20 小时`, `20 h`. */
export function usualSpan(ms: number): Text {
  return ms < 1.5 * dayMs ? timeTexts.hours(Math.round(ms / hourMs)) : timeTexts.days(Math.round(ms / dayMs));
}
