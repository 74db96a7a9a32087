import { randomBytes } from 'node:crypto';
import { showTime, timeOf } from './placeholder-time.js';
import type { ResolvedRequest } from './profile-schema.js';
import { userAgent } from './user-agent.js';

/** The values for `${…}` in a profile's requests and steps. */
export interface Values {
  /** By {@link names}. One without a value becomes empty. */
  readonly named: Readonly<Record<string, string | undefined>>;
  /** A cookie's raw value; `${cookie:NAME}` inserts it URL-decoded. */
  readonly cookie?: (name: string) => string | undefined;
  /** For times: epoch milliseconds at the site, and the site's zone. */
  readonly now?: number;
  readonly timeZone?: string;
}

const names = ['baseUrl', 'name', 'keyName', 'random', 'old.name', 'old.id', 'key'];
const placeholder = /\$\{([^}]*)\}/g;
const cookie = /^cookie:([\w.-]+)$/;

/** The words in `${…}` that keyturn does not know. */
export const unknownWords = (text: string): readonly string[] =>
  [...text.matchAll(placeholder)]
    .map(([, word = '']) => word)
    .filter((word) => !names.includes(word) && !cookie.test(word) && !timeOf(word));

/** For messages: the words that there are. */
export const knownWords = [...names, 'cookie:NAME', 'today', 'now+7d', 'now+7d:YYYY-MM-DD'].join(', ');

/** @param show what becomes of each value, e.g. to escape it */
export function interpolate(text: string, values: Values, show = (value: string) => value): string {
  return text.replace(placeholder, (_, word: string) => show(valueOf(word, values)));
}

function valueOf(word: string, { named, cookie: valueOfCookie, now = Date.now(), timeZone = 'UTC' }: Values): string {
  const [, name] = cookie.exec(word) ?? [];
  if (name !== undefined) return decode(valueOfCookie?.(name) ?? '');
  const time = timeOf(word);
  if (time) return showTime(now + time.afterMs, time.format, timeZone);
  return named[word] ?? (word === 'random' ? randomWord() : '');
}

export const randomWord = (): string => randomBytes(8).toString('hex').slice(0, 10);

/** Whether each word in the text has a value. */
export const isFilledBy = (text: string, values: Values): boolean =>
  [...text.matchAll(placeholder)].every(([, word = '']) => valueOf(word, values) !== '');

export function fillRequest({ method, url, headers, json }: ResolvedRequest, values: Values) {
  const inserted = (_: string, one: unknown) => (typeof one === 'string' ? interpolate(one, values) : one);
  // Without JSON there is no body: of undefined, `stringify` makes undefined.
  const body = JSON.stringify(json, inserted) as string | undefined;
  const filled: Record<string, string> = { 'user-agent': userAgent() };
  if (body !== undefined) filled['content-type'] = 'application/json';
  for (const [name, template] of Object.entries(headers)) {
    // Without line breaks and NUL, no value can start another header.
    const value = interpolate(template, values).replace(/[\r\n\0]/g, '');
    if (value !== '') filled[name] = value;
  }
  return { method, url, headers: filled, body };
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
