import type { CheckpointCookie } from '../core/session-checkpoint.js';
import { isPlainObject } from './validate.js';

export interface CookieTarget {
  readonly host: string;
  readonly isHttps: boolean;
  readonly nowMs: number;
}

/** The result of an import. Problems stop it, warnings do not. Neither contains a cookie's value. */
export interface CookieFindings {
  readonly cookies: CheckpointCookie[];
  readonly problems: string[];
  readonly warnings: string[];
}

// RFC 6265's token, and its cookie octets plus the few more that browsers accept.
const cookieName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const cookieValue = /^[\x20-\x3a\x3c-\x7e\x80-\uffff]*$/;

const noFindings = (): CookieFindings => ({ cookies: [], problems: [], warnings: [] });

/** Reads a Cookie header from browser developer tools (`BXAuth=…; XSRF-TOKEN=…`) as session cookies of the host. */
export function cookiesFromHeader(header: string, path: string, target: CookieTarget): CookieFindings {
  const found = noFindings();
  const pairs = header.trim().replace(/^cookie:\s*/i, '');
  for (const [index, pair] of pairs.split(';').entries()) {
    if (pair.trim() === '') continue;
    const at = pair.indexOf('=');
    const [name, value] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    if (at <= 0 || !cookieName.test(name)) found.problems.push(`${path}: part ${index + 1} is not name=value`);
    else if (!cookieValue.test(value)) found.problems.push(`${path}: the value of ${name} has a forbidden character`);
    else addCookie(found.cookies, { ...plainCookie(target), name, value });
  }
  if (found.cookies.length === 0 && found.problems.length === 0) found.problems.push(`${path} has no cookies`);
  return found;
}

/** Reads a list from a browser extension or Playwright's `storageState()`. Skips cookies of other sites. */
export function cookiesFromList(list: readonly unknown[], path: string, target: CookieTarget): CookieFindings {
  const found = noFindings();
  const left = new LeftOut();
  for (const [index, item] of list.entries()) {
    const at = `${path}[${index}]`;
    const before = found.problems.length;
    if (!isPlainObject(item)) {
      found.problems.push(`${at} is not an object`);
      continue;
    }
    const { name, value, domain } = item;
    if (typeof name !== 'string' || !cookieName.test(name)) found.problems.push(`${at}.name is not a cookie's name`);
    if (typeof value !== 'string' || !cookieValue.test(value)) {
      found.problems.push(`${at}.value is not a cookie's value`);
    }
    if (domain !== undefined && typeof domain !== 'string') found.problems.push(`${at}.domain is not a string`);
    if (found.problems.length > before) continue;
    const isHostOnly = item['hostOnly'] === true || domain === undefined;
    const scope = isHostOnly ? ((domain as string | undefined) ?? target.host) : (domain as string);
    left.take(found, target, {
      name: name as string,
      value: value as string,
      domain: isHostOnly ? scope.replace(/^\./, '') : scope.toLowerCase(),
      path: typeof item['path'] === 'string' && item['path'].startsWith('/') ? item['path'] : '/',
      expires: expiryOf(item),
      httpOnly: item['httpOnly'] === true,
      secure: item['secure'] === true,
      sameSite: sameSiteOf(item['sameSite']),
    });
  }
  return left.finish(found, path, target);
}

/** Reads a `cookies.txt` in Netscape's format: seven tab-separated columns. Skips cookies of other sites. */
export function cookiesFromNetscape(text: string, path: string, target: CookieTarget): CookieFindings {
  const found = noFindings();
  const left = new LeftOut();
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.replace(/^#HttpOnly_/, '');
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [domain, subdomains, cookiePath, secure, expiry, name, value, ...more] = line.split('\t');
    const at = `${path}: line ${index + 1}`;
    if (!domain || !cookiePath || !name || value === undefined || more.length > 0 || !/^\d+$/.test(expiry ?? '')) {
      found.problems.push(`${at} does not have the seven columns of a cookies.txt`);
      continue;
    }
    if (!cookieName.test(name) || !cookieValue.test(value)) {
      found.problems.push(`${at} is not a cookie`);
      continue;
    }
    left.take(found, target, {
      name,
      value,
      domain: subdomains === 'TRUE' ? `.${domain.replace(/^\./, '')}` : domain.replace(/^\./, ''),
      path: cookiePath,
      expires: Number(expiry) || -1,
      httpOnly: raw !== line,
      secure: secure === 'TRUE',
      sameSite: 'Lax',
    });
  }
  return left.finish(found, path, target);
}

export function plainCookie(target: CookieTarget): Omit<CheckpointCookie, 'name' | 'value'> {
  return {
    domain: target.host,
    path: '/',
    expires: -1,
    httpOnly: false,
    secure: target.isHttps,
    sameSite: 'Lax',
  };
}

/** Counts the cookies that are not for the target, to report them in one sentence. */
class LeftOut {
  readonly #otherSites = new Set<string>();
  #expired = 0;

  take(found: CookieFindings, target: CookieTarget, cookie: CheckpointCookie): void {
    const bare = cookie.domain.toLowerCase().replace(/^\./, '');
    const isOther = bare !== target.host && !target.host.endsWith(`.${bare}`);
    if (isOther) this.#otherSites.add(bare.slice(0, 80));
    else if (cookie.expires !== -1 && cookie.expires * 1000 <= target.nowMs) this.#expired++;
    else addCookie(found.cookies, cookie);
  }

  finish(found: CookieFindings, path: string, target: CookieTarget): CookieFindings {
    const others = [...this.#otherSites];
    const sites = `${others.slice(0, 3).join(', ')}${others.length > 3 ? ` and ${others.length - 3} more` : ''}`;
    if (found.cookies.length > 0) {
      if (others.length > 0) found.warnings.push(`Cookies of other sites were left out: ${sites}.`);
      if (this.#expired > 0) found.warnings.push(`${this.#expired} expired cookies were left out.`);
    } else if (found.problems.length === 0) {
      const why = [
        ...(others.length > 0 ? [`its cookies are for ${sites}`] : []),
        ...(this.#expired > 0 ? [`${this.#expired} for it have expired`] : []),
      ];
      found.problems.push(`${path} has no cookies for ${target.host}${why.length > 0 ? `: ${why.join(', ')}` : ''}`);
    }
    return found;
  }
}

/** A later cookie with the same name, domain and path replaces the earlier one, as in a browser. */
function addCookie(cookies: CheckpointCookie[], cookie: CheckpointCookie): void {
  const same = (other: CheckpointCookie) =>
    other.name === cookie.name && other.domain === cookie.domain && other.path === cookie.path;
  const index = cookies.findIndex(same);
  cookies.splice(index < 0 ? cookies.length : index, index < 0 ? 0 : 1, cookie);
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
