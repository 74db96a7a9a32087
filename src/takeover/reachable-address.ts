import { BlockList, isIP, isIPv6 } from 'node:net';
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

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');
const privateNetworks = new BlockList();
for (const [network, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  // Carrier-grade NAT, used by Tailscale.
  ['100.64.0.0', 10],
  // Unique local, used by Tailscale too.
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  privateNetworks.addSubnet(network, bits, isIPv6(network) ? 'ipv6' : 'ipv4');

/** Judges by the name or address alone. Any name other than `localhost` counts as public. */
export function reachOf(host: string): 'loopback' | 'private' | 'public' {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost')) return 'loopback';
  if (!isIP(name)) return 'public';
  const family = isIPv6(name) ? 'ipv6' : 'ipv4';
  if (loopback.check(name, family)) return 'loopback';
  return privateNetworks.check(name, family) ? 'private' : 'public';
}
