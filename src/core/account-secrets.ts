import type { KeyRecord, RotationIntent } from './key-record.js';
import type { CheckpointCookie, SessionCheckpoint } from './session-checkpoint.js';

/** The account's keys: the current one, the ones before it, and one that a rotation has made but not published. */
export function secretsOfKeys(record: KeyRecord | undefined, intent?: RotationIntent): string[] {
  const known = [record?.current, ...(record?.previous ?? []), intent?.answer];
  return known.flatMap((each) => (each ? [each.key] : []));
}

/** What a saved login is made of: the values of cookies and of imported headers. `login` names the cookies that carry it. */
export function secretsOfSession(session: SessionCheckpoint | undefined, login: readonly string[] = []): string[] {
  if (!session) return [];
  const headers = Object.entries(session.headers ?? {}).filter(([name]) => !openHeader.test(name));
  return [
    ...secretsOfCookies(session.cookies, login),
    // `Bearer …`: what follows the scheme is secret by itself, too.
    ...headers.flatMap(([, value]) => [value, ...value.split(' ').slice(1)]),
  ];
}

export function secretsOfCookies(
  cookies: readonly Pick<CheckpointCookie, 'name' | 'value' | 'httpOnly'>[],
  login: readonly string[] = [],
): string[] {
  return cookies
    .filter(({ name, value, httpOnly }) => httpOnly || login.includes(name) || !isSetting(value))
    .map(({ value }) => value.replace(/^"(.*)"$/, '$1'));
}

/** Headers that say what a browser is and where it comes from. */
const openHeader =
  /^(?:accept|accept-.*|cache-control|content-.*|dnt|origin|pragma|priority|referer|sec-.*|user-agent|x-requested-with)$/i;

/** A language, a theme, a region, an address: hiding each would make texts unreadable and keep nothing secret. */
function isSetting(value: string): boolean {
  if (/^https?(?::|%3A)/i.test(value)) return true;
  return value.length < 24 && value.split(/[-_. ]/).every((part) => /^(?:[A-Z]?[a-z]{0,11}|[A-Z]{2})$/.test(part));
}
