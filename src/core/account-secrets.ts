import type { KeyRecord, RotationIntent } from './key-record.js';
import type { CheckpointCookie, SessionCheckpoint } from './session-checkpoint.js';

/** All keys of the account: current, previous, and one that was rotated but not yet published. */
export function secretsOfKeys(record: KeyRecord | undefined, intent?: RotationIntent): string[] {
  const known = [record?.current, ...(record?.previous ?? []), intent?.answer];
  return known.flatMap((each) => (each ? [each.key] : []));
}

/** Cookie values and the values of imported headers. `login` names the cookies that carry the sign-in. */
export function secretsOfSession(session: SessionCheckpoint | undefined, login: readonly string[] = []): string[] {
  if (!session) return [];
  const headers = Object.entries(session.headers ?? {}).filter(([name]) => !openHeader.test(name));
  return [
    ...secretsOfCookies(session.cookies, login),
    // In `Bearer …` the part after the scheme is secret by itself.
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

/** Headers that describe the browser and the request, not the user. */
const openHeader =
  /^(?:accept|accept-.*|cache-control|content-.*|dnt|origin|pragma|priority|referer|sec-.*|user-agent|x-requested-with)$/i;

/** A language, a theme, a region or an address. Masking these would make texts unreadable and protect nothing. */
function isSetting(value: string): boolean {
  if (/^https?(?::|%3A)/i.test(value)) return true;
  return value.length < 24 && value.split(/[-_. ]/).every((part) => /^(?:[A-Z]?[a-z]{0,11}|[A-Z]{2})$/.test(part));
}
