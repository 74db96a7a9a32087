import { usageError } from './settings-errors.js';
import { usageTexts } from '../messages/cli/usage.js';
import { inEach, type Language, type Text } from '../messages/text.js';
import { durationTexts } from '../messages/times.js';

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Parses `90s`, `15m`, `84h`, `7d` or a sum like `1h30m` to milliseconds; undefined when it is none of these. */
export function parseDuration(text: string): number | undefined {
  const compact = text.trim().replace(/\s+/g, '').toLowerCase();
  if (!/^(\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/.test(compact)) return undefined;
  let total = 0;
  for (const [, amount, unit] of compact.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(amount) * unitMs[unit as keyof typeof unitMs];
  }
  return Number.isSafeInteger(Math.round(total)) ? Math.round(total) : undefined;
}

/** Like {@link parseDuration}. Throws a usage error that names the value and points to the command's help. */
export function requireDuration(text: string, name: string, command = 'keyturn config'): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw usageError({ message: usageTexts.duration(name, text), command });
  return ms;
}

/** The largest unit and the next smaller one: `6d 12h`, `45m`, `23d`, `0s`; `6 天 12 小时` in Chinese. Without a sign. */
export function formatDuration(ms: number, language: Language = 'en'): string {
  let rest = Math.round(Math.abs(ms) / 1000);
  const parts: string[] = [];
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const seconds = unitMs[unit] / 1000;
    const amount = Math.floor(rest / seconds);
    if (amount > 0) parts.push(durationTexts[unit](amount)[language]);
    rest -= amount * seconds;
    if (parts.length === 2 || (parts.length === 1 && amount === 0)) break;
  }
  return parts.join(' ') || durationTexts.s(0)[language];
}

export const durationText = (ms: number): Text => inEach((language) => formatDuration(ms, language));
