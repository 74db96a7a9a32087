import { Cookie, cookieCompare, CookieJar, getPublicSuffix, MemoryCookieStore } from 'tough-cookie';
import type { CheckpointCookie } from '../core/session-checkpoint.js';

/**
 * The cookies of a saved session, kept up to date while requests are replayed. As in a browser, a cookie of a partition
 * stands beside one of the same name without; those of other sites' partitions are kept and not sent.
 */
export function openSessionCookies(cookies: readonly CheckpointCookie[], now: () => number) {
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
    if (!isAlive(cookie, now())) continue;
    // The browser has accepted these cookies already, so skip the checks that Set-Cookie headers get.
    void jarOf(partitionOf(cookie)).store.putCookie(toJarCookie(cookie));
    originals.set(idOf(cookie, partitionOf(cookie)), cookie);
  }
  const all = (): readonly CheckpointCookie[] =>
    [...jars].flatMap(([partition, jar]) =>
      (jar.serializeSync()?.cookies ?? []).flatMap((serialized) => {
        const cookie = fromJarCookie(serialized);
        const fresh = partition === '' ? {} : { partitionKey: partition, _crHasCrossSiteAncestor: false };
        return isAlive(cookie, now()) ? [{ ...fresh, ...originals.get(idOf(cookie, partition)), ...cookie }] : [];
      }),
    );
  const sentTo = (url: string): readonly Cookie[] =>
    ['', siteOf(url)].flatMap((partition) => jarOf(partition).getCookiesSync(url)).sort(cookieCompare);
  return {
    /** For the Cookie header; empty when none applies. */
    headerFor: (url: string) =>
      sentTo(url)
        .map((cookie) => cookie.cookieString())
        .join('; '),
    namesFor: (url: string) => [...new Set(sentTo(url).map(({ key }) => key))],
    /** The raw value that a request to the URL would send. */
    valueFor: (url: string, name: string) => sentTo(url).find((cookie) => cookie.key === name)?.value,
    /** Applies an answer's Set-Cookie headers. Returns whether any cookie changed. */
    accept: (setCookies: readonly string[], url: string) => {
      const before = JSON.stringify(all());
      for (const line of setCookies) {
        const jar = jarOf(/;\s*partitioned\s*(?:;|$)/i.test(line) ? siteOf(url) : '');
        jar.setCookieSync(line, url, { ignoreError: true });
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

const isAlive = (cookie: CheckpointCookie, now: number) => cookie.expires === -1 || cookie.expires * 1000 > now;

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

type Serialized = NonNullable<ReturnType<CookieJar['serializeSync']>>['cookies'][number];

function fromJarCookie(serialized: Serialized): CheckpointCookie {
  const cookie = Cookie.fromJSON(serialized) ?? new Cookie();
  const expires = cookie.expiryTime() ?? Infinity;
  return {
    name: cookie.key,
    value: cookie.value,
    domain: cookie.hostOnly === true ? (cookie.domain ?? '') : `.${cookie.domain ?? ''}`,
    path: cookie.path ?? '/',
    // `Max-Age=0` deletes a cookie, but tough-cookie keeps it until its next look-up.
    expires: expires === Infinity ? -1 : Math.round(Math.max(0, expires) / 1000),
    httpOnly: cookie.httpOnly,
    secure: cookie.secure,
    sameSite: cookie.sameSite === 'strict' ? 'Strict' : cookie.sameSite === 'none' ? 'None' : 'Lax',
  };
}
