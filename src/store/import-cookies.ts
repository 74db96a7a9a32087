import type { CheckpointCookie } from '../core/session-checkpoint.js';
import { importTexts } from '../messages/imports.js';
import { warningTexts } from '../messages/warnings.js';
import type { Text } from '../messages/text.js';
import { isPlainObject } from './validate.js';

/** One import: for which console, and what was found. Problems stop it, warnings do not. Neither has a cookie's value. */
export interface CookieImport {
  readonly host: string;
  readonly isHttps: boolean;
  readonly nowMs: number;
  readonly problems: Text[];
  readonly warnings: Text[];
}

/** A part of a file that may be a cookie, in the words of browser extensions or Playwright. */
export interface Found {
  /** For messages: `line 3`, `cookie[1]`. */
  readonly at: string;
  readonly fields?: unknown;
  /** What a part that is no cookie looks like. */
  readonly looksLike?: Text;
}

// What browsers accept and one Cookie header can carry.
const isName = (name: unknown): name is string => typeof name === 'string' && /^[\x21-\x3a\x3c\x3e-\x7e]+$/.test(name);
const isValue = (text: unknown): text is string =>
  typeof text === 'string' && /^[\x20-\x3a\x3c-\x7e\x80-\uffff]*$/.test(text);

/**
 * The cookies of the console, in the order of the file. Those of other sites, expired ones and parts that are not
 * understood are left out, with a warning. Of several with one name, domain, path and partition the last one counts, as
 * in a browser. The domain is judged first: a part of another site need not be understood.
 */
export function cookiesFor(
  { host, nowMs, problems, warnings }: CookieImport,
  parts: readonly Found[],
  path: string,
): CheckpointCookie[] {
  const others = new Set<string>();
  const unread: Text[] = [];
  const kept = new Map<string, CheckpointCookie>();
  let expired = 0;
  for (const { at, fields, looksLike = importTexts.noCookie } of parts) {
    const cookie = isPlainObject(fields) ? fields : {};
    const domain = (typeof cookie['domain'] === 'string' && cookie['domain'].trim().toLowerCase()) || host;
    const bare = domain.replace(/^\./, '');
    const { name, value = '' } = cookie;
    const expires = expiryOf(cookie);
    if (!`.${host}`.endsWith(`.${bare}`)) others.add(bare.slice(0, 80));
    else if (!isName(name) || !isValue(value)) unread.push(importTexts.at(at, looksLike));
    else if (expires !== -1 && expires * 1000 <= nowMs) expired += 1;
    else {
      const read = {
        name,
        value,
        domain: isWide(domain, host, cookie['hostOnly']) ? `.${bare}` : bare,
        path: typeof cookie['path'] === 'string' && cookie['path'].startsWith('/') ? cookie['path'] : '/',
        expires,
        httpOnly: isTrue(cookie['httpOnly']),
        secure: isTrue(cookie['secure']),
        sameSite: sameSiteOf(cookie['sameSite']),
        ...partitionOf(cookie),
      };
      kept.set([name, read.domain, read.path, read.partitionKey].join('\n'), read);
    }
  }
  const sites = [...others].slice(0, 3).join(', ') + (others.size > 3 ? ` + ${others.size - 3}` : '');
  const remarks = [
    ...(others.size > 0 ? [warningTexts.otherSites(sites)] : []),
    ...(expired > 0 ? [warningTexts.expiredCookies(expired)] : []),
    ...(unread.length > 0 ? [importTexts.leftOut(unread)] : []),
  ];
  if (kept.size > 0) warnings.push(...remarks);
  else if (problems.length === 0) problems.push(importTexts.noCookies(path, host), ...remarks);
  return [...kept.values()];
}

/** A dot says that hosts below are meant, whatever else is said; so does a parent domain where nothing is said. */
const isWide = (domain: string, host: string, hostOnly: unknown) =>
  domain.startsWith('.') || hostOnly === false || (domain !== host && hostOnly !== true);

const isTrue = (value: unknown) => value === true || (typeof value === 'string' && /^true$/i.test(value));

/** Epoch seconds; -1 for a session cookie. Extensions use `expirationDate`, Playwright `expires`. */
function expiryOf(cookie: Record<string, unknown>): number {
  if (cookie['session'] === true) return -1;
  const given = cookie['expirationDate'] ?? cookie['expires'] ?? cookie['expiry'];
  const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
  const seconds = Number.isNaN(number) ? Date.parse(given as string) / 1000 : number;
  if (typeof seconds !== 'number' || !(seconds > 0) || seconds === Infinity) return -1;
  // Some exports use milliseconds; seconds of this size lie beyond the year 5000.
  return seconds > 1e11 ? seconds / 1000 : seconds;
}

function sameSiteOf(value: unknown): CheckpointCookie['sameSite'] {
  const word = typeof value === 'string' ? value.toLowerCase() : '';
  if (word === 'strict') return 'Strict';
  return word === 'none' || word === 'no_restriction' ? 'None' : 'Lax';
}

/** Playwright has the top-level site as text, extensions have it in an object. */
function partitionOf(cookie: Record<string, unknown>) {
  const key = cookie['partitionKey'];
  const { topLevelSite, hasCrossSiteAncestor } = isPlainObject(key)
    ? key
    : { topLevelSite: key, hasCrossSiteAncestor: cookie['_crHasCrossSiteAncestor'] };
  if (typeof topLevelSite !== 'string' || topLevelSite === '') return {};
  return { partitionKey: topLevelSite, _crHasCrossSiteAncestor: hasCrossSiteAncestor === true };
}
