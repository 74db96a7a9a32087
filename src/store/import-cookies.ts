import * as z from 'zod/mini';
import type { CheckpointCookie } from '../core/session-checkpoint.js';
import { textThat } from '../lib/schema.js';
import { validate } from './validate.js';
import { warningTexts } from '../messages/warnings.js';
import type { Text } from '../messages/text.js';

/** One import: for which console, and what was found. Problems stop it, warnings do not. Neither has a cookie's value. */
export interface CookieImport {
  readonly host: string;
  readonly isHttps: boolean;
  readonly nowMs: number;
  readonly problems: string[];
  readonly warnings: Text[];
}

// RFC 6265's token, and its cookie octets plus the few more that browsers accept.
const isName = (text: string) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text);
const isValue = (text: string) => /^[\x20-\x3a\x3c-\x7e\x80-\uffff]*$/.test(text);

/** Reads a Cookie header from browser developer tools (`BXAuth=…; XSRF-TOKEN=…`) as session cookies of the host. */
export function cookiesFromHeader(header: string, path: string, into: CookieImport) {
  const pairs = header.trim().replace(/^cookie:\s*/i, '');
  const list = pairs.split(';').flatMap((pair) => {
    const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(pair) ?? [];
    return pair.trim() === '' ? [] : [{ name: name.trim(), value: value.trim(), secure: into.isHttps }];
  });
  return cookiesFromList(list, path, into);
}

const listedCookies = z.array(
  z.looseObject({
    name: textThat((name) => (isName(name) ? undefined : "is not a cookie's name")),
    value: textThat((value) => (isValue(value) ? undefined : "is not a cookie's value")),
    domain: z.optional(z.string()),
  }),
);

/** Reads a list from a browser extension or Playwright's `storageState()`. */
export function cookiesFromList(list: readonly unknown[], path: string, into: CookieImport): CheckpointCookie[] {
  const checked = validate(listedCookies, list);
  if (!checked.ok) {
    into.problems.push(...checked.problems.map((problem) => `${path}${problem}`));
    return [];
  }
  return checked.value.map(({ name, value, domain = into.host, ...more }) => ({
    name,
    value,
    domain: more['hostOnly'] === true ? domain.replace(/^\./, '') : domain.toLowerCase(),
    path: typeof more['path'] === 'string' && more['path'].startsWith('/') ? more['path'] : '/',
    expires: expiryOf(more),
    httpOnly: more['httpOnly'] === true,
    secure: more['secure'] === true,
    sameSite: sameSiteOf(more['sameSite']),
  }));
}

/** Reads a `cookies.txt` in Netscape's format: seven columns with tabs between. */
export function cookiesFromNetscape(text: string, into: CookieImport) {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !/^#(?!HttpOnly_)/.test(line));
  const list = lines.map((line) => {
    const columns = line.replace(/^#HttpOnly_/, '').split('\t');
    const [domain = '', subdomains, path, secure, expires, name, value] = columns;
    const hostOnly = subdomains !== 'TRUE';
    return {
      name,
      value,
      path,
      hostOnly,
      expires: Number(expires),
      domain: hostOnly ? domain : `.${domain.replace(/^\./, '')}`,
      httpOnly: line.startsWith('#'),
      secure: secure === 'TRUE',
    };
  });
  return cookiesFromList(list, 'cookies.txt', into);
}

export function plainCookie({ host, isHttps }: CookieImport): Omit<CheckpointCookie, 'name' | 'value'> {
  return { domain: host, path: '/', expires: -1, httpOnly: false, secure: isHttps, sameSite: 'Lax' };
}

/**
 * Leaves out the cookies of other sites and expired ones, with a warning. Of several with one name, domain and path,
 * the last one counts, as in a browser.
 */
export function cookiesFor(
  { host, nowMs, problems, warnings }: CookieImport,
  cookies: readonly CheckpointCookie[],
  path: string,
): CheckpointCookie[] {
  const bare = ({ domain }: CheckpointCookie) => domain.toLowerCase().replace(/^\./, '');
  const isOther = (cookie: CheckpointCookie) => !`.${host}`.endsWith(`.${bare(cookie)}`);
  const isExpired = ({ expires }: CheckpointCookie) => expires !== -1 && expires * 1000 <= nowMs;
  const others = [...new Set(cookies.filter(isOther).map((cookie) => bare(cookie).slice(0, 80)))];
  const sites = others.slice(0, 3).join(', ') + (others.length > 3 ? ` and ${others.length - 3} more` : '');
  const own = cookies.filter((cookie) => !isOther(cookie));
  const kept = own.filter((cookie) => !isExpired(cookie));
  const expired = own.length - kept.length;
  if (kept.length > 0) {
    if (others.length > 0) warnings.push(warningTexts.otherSites(sites));
    if (expired > 0) warnings.push(warningTexts.expiredCookies(expired));
  } else if (problems.length === 0) {
    const why = [others.length > 0 && `its cookies are for ${sites}`, expired > 0 && `${expired} for it have expired`];
    const reasons = why.filter((reason) => reason !== false).join(', ');
    problems.push(`${path} has no cookies for ${host}${reasons === '' ? '' : `: ${reasons}`}`);
  }
  return [...new Map(kept.map((cookie) => [`${cookie.name};${cookie.domain};${cookie.path}`, cookie])).values()];
}

/** Epoch seconds; -1 for a session cookie. Extensions use `expirationDate`, Playwright `expires`. */
function expiryOf(item: Record<string, unknown>): number {
  const given = item['expirationDate'] ?? item['expires'] ?? item['expiry'];
  if (item['session'] === true || typeof given !== 'number' || !Number.isFinite(given) || given <= 0) return -1;
  // Some exports use milliseconds; seconds of this size lie beyond the year 5000.
  return given > 1e11 ? given / 1000 : given;
}

function sameSiteOf(value: unknown): CheckpointCookie['sameSite'] {
  const word = typeof value === 'string' ? value.toLowerCase() : '';
  if (word === 'strict') return 'Strict';
  return word === 'none' || word === 'no_restriction' ? 'None' : 'Lax';
}
