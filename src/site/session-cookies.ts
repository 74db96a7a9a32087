import { Cookie, cookieCompare, CookieJar, getPublicSuffix, MemoryCookieStore } from 'tough-cookie';
import type { CheckpointCookie } from '../core/session-checkpoint.js';

/**
 * The cookies of a saved session, kept up to date while requests are replayed. As in a browser, a cookie of a partition
 * stands beside one of the same name without; those of other sites' partitions are kept and not sent.
 * @param times the time by each clock, in epoch milliseconds: a cookie has expired when all agree
 */
export function openSessionCookies(cookies: readonly CheckpointCookie[], times: () => readonly number[]) {
  const jars = new Map<string, CookieJar>();
  /** What a jar does not know of a cookie. */
  const originals = new Map<string, CheckpointCookie>();
  const jarOf = (partition: string) => {
    const options = { looseMode: true, rejectPublicSuffixes: false };
    const jar = jars.get(partition) ?? new CookieJar(new MemoryCookieStore(), options);
    jars.set(partition, jar);
    return jar;
  };
  for (const cookie of cookies) {
    if (!isAlive(cookie, times())) continue;
    // The browser has accepted these cookies already, so skip the checks that Set-Cookie headers get.
    void jarOf(partitionOf(cookie)).store.putCookie(toJarCookie(cookie));
    originals.set(idOf(cookie, partitionOf(cookie)), cookie);
  }
  const all = (): readonly CheckpointCookie[] =>
    [...jars].flatMap(([partition, jar]) =>
      (jar.serializeSync()?.cookies ?? []).flatMap((serialized) => {
        const cookie = fromJarCookie(Cookie.fromJSON(serialized) ?? new Cookie());
        const fresh = partition === '' ? {} : { partitionKey: partition, _crHasCrossSiteAncestor: false };
        return isAlive(cookie, times()) ? [{ ...fresh, ...originals.get(idOf(cookie, partition)), ...cookie }] : [];
      }),
    );
  const sentTo = (url: string): readonly Cookie[] =>
    ['', siteOf(url)]
      .flatMap((partition) => jarOf(partition).getCookiesSync(url, { expire: false }))
      .filter((cookie) => isAlive(fromJarCookie(cookie), times()))
      .sort(cookieCompare);
  return {
    /** For the Cookie header; empty when none applies. */
    headerFor: (url: string) =>
      sentTo(url)
        .map((cookie) => cookie.cookieString())
        .join('; '),
    namesFor: (url: string) => [...new Set(sentTo(url).map(({ key }) => key))],
    /** The raw value that a request to the URL would send. */
    valueFor: (url: string, name: string) => sentTo(url).find((cookie) => cookie.key === name)?.value,
    /** Applies an answer's Set-Cookie headers. Returns whether any cookie changed. `at`: the site's time. */
    accept: (setCookies: readonly string[], url: string, at: number) => {
      const before = JSON.stringify(all());
      for (const line of setCookies) {
        const jar = jarOf(/;\s*partitioned\s*(?:;|$)/i.test(line) ? siteOf(url) : '');
        const cookie = Cookie.parse(line, { loose: true });
        if (cookie) jar.setCookieSync(withFixedEnd(cookie, at), url, { ignoreError: true });
      }
      return JSON.stringify(all()) !== before;
    },
    all,
  };
}

/** Empty for none. A frame of the site below another site's frame has a partition of its own. */
const partitionOf = ({ partitionKey = '', _crHasCrossSiteAncestor: isFramed }: CheckpointCookie) =>
  partitionKey + (partitionKey !== '' && isFramed === true ? ' framed' : '');

/** The partition of a top-level page, in Chromium's words: `https://example.com`. */
function siteOf(url: string): string {
  const { protocol, hostname } = new URL(url);
  return `${protocol}//${getPublicSuffix(hostname, { allowSpecialUseDomain: true, ignoreError: true }) ?? hostname}`;
}

const idOf = ({ name, domain, path }: CheckpointCookie, partition: string) =>
  [name, domain.toLowerCase(), path, partition].join('\n');

const isAlive = ({ expires }: CheckpointCookie, times: readonly number[]) =>
  expires === -1 || times.some((now) => expires * 1000 > now);

function toJarCookie(cookie: CheckpointCookie): Cookie {
  return new Cookie({
    key: cookie.name,
    value: cookie.value,
    domain: cookie.domain.replace(/^\./, '').toLowerCase(),
    hostOnly: !cookie.domain.startsWith('.'),
    path: cookie.path,
    expires: cookie.expires === -1 ? 'Infinity' : new Date(cookie.expires * 1000),
    httpOnly: cookie.httpOnly,
    secure: cookie.secure,
    sameSite: cookie.sameSite.toLowerCase(),
  });
}

/** A `Max-Age` becomes a time by the site's clock; an end in the past deletes the cookie whatever the other clock says. */
function withFixedEnd(cookie: Cookie, at: number): Cookie {
  const { maxAge, expires } = cookie;
  const endsAt =
    typeof maxAge === 'number' ? at + maxAge * 1000 : expires instanceof Date ? expires.getTime() : Infinity;
  if (endsAt !== Infinity) cookie.setExpires(new Date(endsAt > at ? Math.min(endsAt, 8.64e15) : 0));
  cookie.maxAge = null;
  return cookie;
}

function fromJarCookie(cookie: Cookie): CheckpointCookie {
  const expires = cookie.expiryTime() ?? Infinity;
  return {
    name: cookie.key,
    value: cookie.value,
    domain: cookie.hostOnly === true ? (cookie.domain ?? '') : `.${cookie.domain ?? ''}`,
    path: cookie.path ?? '/',
    expires: expires === Infinity ? -1 : Math.round(Math.max(0, expires) / 1000),
    httpOnly: cookie.httpOnly,
    secure: cookie.secure,
    sameSite: cookie.sameSite === 'strict' ? 'Strict' : cookie.sameSite === 'none' ? 'None' : 'Lax',
  };
}
