import { fingerprintOf } from '../core/key-record.js';
import { editTexts } from '../messages/edit-texts.js';
import { splice, type ChangedPart, type Refused } from './edited.js';
import { foreignValue } from './foreign-text.js';

/** What counts as an old key in a target. */
export interface OldKeys {
  /** The account's keys, as far as they are known. */
  readonly keys: readonly string[];
  /** Fingerprint of the key that the target got last. */
  readonly delivered?: string;
  /** The site's keys, if each of them begins with `prefix`. */
  readonly pattern?: { readonly prefix: string; readonly matches: (word: string) => boolean };
  /** The owner wants any text replaced. */
  readonly insists?: boolean;
  /** The command by which the owner insists. */
  readonly insistBy?: string;
}

type Replacement = { readonly value: string; readonly part?: ChangedPart } | Refused;

/**
 * What the target holds once it has the key.
 * 1. An empty place is filled, and a key of the account is replaced.
 * 2. A reference and an encrypted value are never replaced.
 * 3. The only old key within a longer text is replaced, and the rest is kept.
 * 4. All else is replaced only where the owner insists.
 */
export function replacement(held: string | undefined, key: string, old: OldKeys): Replacement {
  if (held === undefined || held.trim() === '') return { value: key };
  const keys = [...new Set([key, ...old.keys])];
  if (keys.includes(held) || fingerprintOf(held) === old.delivered) return { value: key };
  const problem = foreignValue(held);
  if (problem) return { problem };
  const [found, ...others] = keyPlaces(held, keys, old.pattern);
  if (found && others.length === 0) {
    const value = splice(held, found.start, found.start + found.word.length, key);
    return found.word === held ? { value } : { value, part: { old: found.word, key } };
  }
  if (old.insists) return { value: key };
  return { problem: found ? editTexts.severalKeys : editTexts.foreign(held.length), next: old.insistBy };
}

/** Quotes, brackets and punctuation that end a word. */
const word = /[^\s"'`“”‘’「」（）()<>[\]{}，。；;、,：&|]+/y;
const longestWord = 8192;

function keyPlaces(text: string, keys: readonly string[], pattern: OldKeys['pattern']) {
  const places: { readonly start: number; readonly word: string }[] = [];
  for (let start = 0; start < text.length; start++) {
    if (/[\w-]/.test(text[start - 1] ?? '')) continue;
    const known = keys.find((key) => text.startsWith(key, start) && endsAt(text, start + key.length));
    const found =
      known ?? (pattern && text.startsWith(pattern.prefix, start) && longestKey(text, start, pattern.matches));
    if (!found) continue;
    places.push({ start, word: found });
    start += found.length - 1;
  }
  return places;
}

function longestKey(text: string, start: number, matches: (word: string) => boolean): string | undefined {
  word.lastIndex = start;
  const all = word.exec(text)?.[0] ?? '';
  if (all.length > longestWord) return undefined;
  for (let length = all.length; length > 0; length--) {
    const part = all.slice(0, length);
    if (endsAt(text, start + length) && matches(part)) return part;
  }
  return undefined;
}

const endsAt = (text: string, end: number): boolean => !/[\w-]/.test(text[end] ?? '');
