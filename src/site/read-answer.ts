import type { ConsoleReading } from '../core/ports.js';
import { answerTexts } from '../messages/failures.js';
import type { Text } from '../messages/text.js';
import { firstExpiry } from './console-time.js';
import { keyIn, maskIn } from './find-key.js';
import type { AnswerShape, ResolvedProfile } from './resolve-profile.js';
import { valueAt } from './match-rules.js';

export type AnswerMeaning =
  /** `unfit` names the place of a text that is neither a key by the profile nor a mask, without quoting the text. */
  | { readonly kind: 'reading'; readonly reading: ConsoleReading; readonly unfit?: Text }
  /** The console reports an error. `code` and `message` are its own words, neither redacted nor shortened. */
  | { readonly kind: 'not-ok'; readonly code?: string; readonly message?: string }
  /** The answer does not have the shape that the profile describes. */
  | { readonly kind: 'unknown'; readonly why: Text };

/**
 * The full key may be in any of the answer's key fields; the others then hold its mask or nothing.
 *
 * @param now when the answer was given, epoch milliseconds
 */
export function readAnswer(
  json: unknown,
  shape: AnswerShape,
  profile: Pick<ResolvedProfile, 'key' | 'timeZone'>,
  now: number,
): AnswerMeaning {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return { kind: 'unknown', why: answerTexts.noObject };
  }
  const at = (path: string | undefined) => (path === undefined ? undefined : valueAt(json, path));
  if (shape.ok !== undefined && at(shape.ok) !== true) {
    if (at(shape.ok) === undefined) return { kind: 'unknown', why: answerTexts.lacks(shape.ok) };
    return { kind: 'not-ok', code: messageText(at(shape.code)), message: messageText(at(shape.message)) };
  }

  const fields = shape.key.map((path) => at(path));
  if (fields.every((field) => field === undefined) && !isEmptyContainer(json, shape.key)) {
    return { kind: 'unknown', why: answerTexts.lacksAll(shape.key.join(', ')) };
  }
  const texts = fields.flatMap((text, index) => {
    if (typeof text !== 'string' || text === '') return [];
    return { text, path: shape.key[index]!, key: keyIn(text, profile.key.pattern), mask: maskIn(text) };
  });
  const key = texts.find((each) => each.key)?.key;
  const mask = texts.find((each) => each.mask)?.mask;
  const odd = texts.find((each) => !each.key && !each.mask);
  const unfit = odd && answerTexts.unfit(odd.path, odd.text.length);
  if (key === undefined && mask === undefined && unfit !== undefined) return { kind: 'unknown', why: unfit };
  const expiry = firstExpiry(shape.expires.map(at), profile.timeZone, now);
  const expired = at(shape.expired);
  const name = at(shape.name);
  return {
    kind: 'reading',
    unfit,
    reading: {
      hasKey: key !== undefined || mask !== undefined,
      key,
      mask,
      ...expiry,
      expired: typeof expired === 'boolean' ? expired : undefined,
      name: typeof name === 'string' && name !== '' ? name : undefined,
    },
  };
}

/** Consoles answer `data: null` for an account that never had a key. */
function isEmptyContainer(json: object, paths: readonly string[]): boolean {
  return paths.every((path) => {
    const parent = path.includes('.') ? valueAt(json, path.slice(0, path.lastIndexOf('.'))) : json;
    return parent === null;
  });
}

function messageText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 20_000) : undefined;
}
