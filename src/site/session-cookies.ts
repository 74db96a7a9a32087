import { Cookie, CookieJar, MemoryCookieStore } from 'tough-cookie';
import type { CheckpointCookie } from '../core/session-checkpoint.js';

/** The cookies of a saved session, kept up to date while requests are replayed. */
export function openSessionCookies(cookies: readonly CheckpointCookie[], now: () => number) {
  const store = new MemoryCookieStore();
  const jar = new CookieJar(store, { looseMode: true, rejectPublicSuffixes: false });
  for (const cookie of cookies) {
    // The browser has accepted these cookies already, so skip the checks that Set-Cookie headers get.
    if (isAlive(cookie, now())) void store.putCookie(toJarCookie(cookie));
  }
  const all = (): readonly CheckpointCookie[] =>
    (jar.serializeSync()?.cookies ?? []).map(fromJarCookie).filter((cookie) => isAlive(cookie, now()));
  return {
    /** For the Cookie header; empty when none applies. */
    headerFor: (url: string) => jar.getCookieStringSync(url),
    /** The raw value that a request to the URL would send. */
    valueFor: (url: string, name: string) => jar.getCookiesSync(url).find((cookie) => cookie.key === name)?.value,
    /** Applies an answer's Set-Cookie headers. Returns whether any cookie changed. */
    accept: (setCookies: readonly string[], url: string) => {
      const before = JSON.stringify(all());
      for (const line of setCookies) jar.setCookieSync(line, url, { ignoreError: true });
      return JSON.stringify(all()) !== before;
    },
    all,
  };
}

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
