import { reachOf } from '../lib/address-reach.js';
import { appError } from '../lib/app-error.js';
import { takeoverErrors } from './takeover-errors.js';
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

/** Throws KT701 for an address that would expose the page to others. The returned path ends in a slash. */
export function requireSafeAddress(options: AddressOptions): URL | undefined {
  const { host, allowPrivateHttp = false } = options;
  const publicUrl = options.publicUrl === undefined ? undefined : new URL(options.publicUrl);
  if (publicUrl && !publicUrl.pathname.endsWith('/')) publicUrl.pathname += '/';
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
