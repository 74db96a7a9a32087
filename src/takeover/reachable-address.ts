import { isIP } from 'node:net';
import { appError } from '../errors/app-error.js';
import { takeoverErrors } from '../errors/takeover-errors.js';
import { takeoverErrorTexts } from '../messages/takeover-errors.js';
import type { Text } from '../messages/text.js';

export interface AddressOptions {
  /** Where to listen: a name or an IP address. */
  readonly host: string;
  /** How the phone reaches it, e.g. `https://keyturn.example.com/help/`. Absent when only this machine needs to. */
  readonly publicUrl?: string;
  /** Accept plain HTTP at a private address, because the network itself encrypts. */
  readonly allowPrivateHttp?: boolean;
}

/** From where a host can be reached: from this machine, from a private network, or from anywhere. */
export type Reach = 'loopback' | 'private' | 'public';

/**
 * Rejects an address that would expose the page, or what is typed on it, to others: KT701. Returns the public
 * address with a path that ends in a slash.
 */
export function requireSafeAddress(options: AddressOptions): URL | undefined {
  const { host, allowPrivateHttp = false } = options;
  const publicUrl = options.publicUrl === undefined ? undefined : parsePublicUrl(options.publicUrl);
  if (publicUrl?.protocol === 'http:') {
    const reach = reachOf(publicUrl.hostname);
    if (reach === 'public') throw unsafe(takeoverErrorTexts.plainPublic(publicUrl.hostname));
    if (reach === 'private' && !allowPrivateHttp) throw unsafe(takeoverErrorTexts.plainPrivate(publicUrl.hostname));
  }
  if (reachOf(host) === 'loopback') return publicUrl;
  const isEncrypted = publicUrl?.protocol === 'https:';
  // Listening on one private address is as private as its network. Listening on all addresses (0.0.0.0) is not.
  const isPrivate = allowPrivateHttp && publicUrl !== undefined && reachOf(host) === 'private';
  if (!isEncrypted && !isPrivate) {
    throw unsafe(takeoverErrorTexts.openWithoutHttps(host), 'keyturn config set takeover.host 127.0.0.1');
  }
  return publicUrl;
}

const unsafe = (reason: Text, next = 'keyturn config set takeover.publicUrl https://keyturn.example.com') =>
  appError(takeoverErrors.unsafeAddress, { reason, next });

function parsePublicUrl(text: string): URL {
  const refuse = (problem: Text) => unsafe(takeoverErrorTexts.badUrl(problem));
  if (!URL.canParse(text)) throw refuse(takeoverErrorTexts.noUrl);
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refuse(takeoverErrorTexts.otherScheme(url.protocol));
  if (url.username || url.password) throw refuse(takeoverErrorTexts.hasUser);
  if (url.search || url.hash) throw refuse(takeoverErrorTexts.hasQuery);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

/** Judges by the name or address alone. Any name other than `localhost` counts as public. */
export function reachOf(host: string): Reach {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost')) return 'loopback';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(name)?.[1];
  const address = mapped ?? name;
  if (isIP(address) === 4) return reachOfIpv4(address);
  if (isIP(address) !== 6) return 'public';
  if (address === '::1') return 'loopback';
  // fc00::/7 (unique local, used by Tailscale) and fe80::/10 (link-local).
  return /^f[cd][0-9a-f]{2}:|^fe[89ab][0-9a-f]:/.test(address) ? 'private' : 'public';
}

function reachOfIpv4(address: string): Reach {
  const [a = 0, b = 0] = address.split('.').map(Number);
  if (a === 127) return 'loopback';
  const isPrivate =
    a === 10 ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) ||
    // 100.64/10: carrier-grade NAT, used by Tailscale.
    (a === 100 && b >= 64 && b < 128);
  return isPrivate ? 'private' : 'public';
}
