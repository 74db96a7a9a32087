import { durationText } from '../lib/duration.js';
import type { IsoTime } from '../core/outcome.js';
import { readHistory } from '../store/history.js';
import type { AccountPaths } from '../store/home.js';
import { readSessionCheck } from '../store/session-checks.js';
import { forecastSession, sessionLives, usualSpan } from '../core/forecast.js';
import { timeText } from '../lib/show-time.js';
import { sessionTexts as texts } from '../messages/cli/status.js';
import type { Text } from '../messages/text.js';

/** Enough events for several years of one account. */
const historyEvents = 1000;

export async function sessionStatus(paths: AccountPaths, savedAt: IsoTime, now: number) {
  const [events, check] = await Promise.all([readHistory(paths, historyEvents), readSessionCheck(paths)]);
  const { livesMs, bornAt } = sessionLives(events);
  // Without `notifiedBornAt`, so that the forecast also appears after the owner was notified.
  const forecast = forecastSession({ livesMs, bornAt }, { now });
  const isOld = check?.outcome === 'signed-out' && Date.parse(check.at) < Date.parse(savedAt);
  return {
    /** Undefined if the start of the session was not recorded. */
    livesSince: bornAt === undefined ? undefined : new Date(bornAt).toISOString(),
    /** Lifetimes of earlier sessions, oldest first. */
    earlierLivesMs: livesMs,
    /** When the session is expected to end; undefined if too little is known. */
    expectedEnd: forecast && new Date(forecast.diesAt).toISOString(),
    /** The last check between two renewals. */
    checkedAt: isOld ? undefined : check?.at,
    check: isOld ? undefined : check?.outcome,
  };
}

/** `session: lives for 6d 2h; earlier ones lived 8 days, 9 days; expected to end about 2026-12-03 09:00` */
export function sessionLine(
  { livesSince, earlierLivesMs, expectedEnd, check, checkedAt }: Awaited<ReturnType<typeof sessionStatus>>,
  now: number,
): Text | undefined {
  const isDead = check === 'signed-out';
  const since = (time: IsoTime) => durationText(now - Date.parse(time));
  const parts: Text[] = [];
  if (isDead && checkedAt !== undefined) parts.push(texts.signedOut(since(checkedAt)));
  if (!isDead && livesSince !== undefined) parts.push(texts.lives(since(livesSince)));
  const lately = earlierLivesMs.slice(-3).map(usualSpan);
  if (lately.length > 0) parts.push(texts.earlier(lately));
  if (!isDead && expectedEnd !== undefined) parts.push(texts.expectedEnd(timeText(expectedEnd)));
  if (check === 'alive' && checkedAt !== undefined) parts.push(texts.alive(since(checkedAt)));
  return parts.length === 0 ? undefined : texts.all(parts);
}
