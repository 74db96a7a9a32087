import type { ConsoleReading } from '../renewal/ports.js';
import { consoleTime } from './console-time.js';
import { keyIn, maskIn } from './find-key.js';
import type { AnswerShape, ResolvedProfile } from './resolve-profile.js';
import { valueAt } from './rules.js';

/** What an answer of the key endpoint says once its JSON was parsed. */
export type AnswerMeaning =
  | { readonly kind: 'reading'; readonly reading: ConsoleReading }
  /** The envelope says no. `code` and `message` are the console's own. */
  | { readonly kind: 'not-ok'; readonly code?: string; readonly message?: string }
  /** Not an answer that the profile describes. */
  | { readonly kind: 'unknown'; readonly why: string };

/** The full key may stand in any of the answer's key fields; the others then hold its mask or nothing. */
export function readAnswer(
  json: unknown,
  shape: AnswerShape,
  profile: Pick<ResolvedProfile, 'key' | 'timeZone'>,
): AnswerMeaning {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return { kind: 'unknown', why: 'the answer is not a JSON object' };
  }
  const at = (path: string | undefined) => (path === undefined ? undefined : valueAt(json, path));
  if (shape.ok !== undefined && at(shape.ok) !== true) {
    if (at(shape.ok) === undefined) return { kind: 'unknown', why: `the answer has no "${shape.ok}"` };
    return { kind: 'not-ok', code: short(at(shape.code)), message: short(at(shape.message)) };
  }

  const fields = shape.key.map((path) => at(path));
  if (fields.every((field) => field === undefined) && !isEmptyContainer(json, shape.key)) {
    return { kind: 'unknown', why: `the answer has none of ${shape.key.join(', ')}` };
  }
  const texts = fields.filter((field): field is string => typeof field === 'string' && field !== '');
  const key = texts.map((text) => keyIn(text, profile.key.pattern)).find((found) => found !== undefined);
  const mask = texts.map((text) => maskIn(text)).find((found) => found !== undefined);
  if (key === undefined && mask === undefined && texts.length > 0) {
    return { kind: 'unknown', why: 'the key in the answer is neither a key by the profile nor a mask' };
  }
  const expires = shape.expires.map((path) => consoleTime(at(path), profile.timeZone));
  const expired = at(shape.expired);
  const name = at(shape.name);
  return {
    kind: 'reading',
    reading: {
      hasKey: key !== undefined || mask !== undefined,
      key,
      mask,
      expiresAt: expires.find((time) => time !== undefined),
      expired: typeof expired === 'boolean' ? expired : undefined,
      name: typeof name === 'string' && name !== '' ? name : undefined,
    },
  };
}

/** `data: null` is how an account that never made a key is answered. */
function isEmptyContainer(json: object, paths: readonly string[]): boolean {
  return paths.every((path) => {
    const parent = path.includes('.') ? valueAt(json, path.slice(0, path.lastIndexOf('.'))) : json;
    return parent === null;
  });
}

function short(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 200) : undefined;
}
