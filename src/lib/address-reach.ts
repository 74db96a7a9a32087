import { BlockList, isIP, isIPv6 } from 'node:net';

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

/** Names that no public name server knows. */
const privateName = /^[^.:]+$|\.(?:test|local|localdomain|internal|intranet|lan|home|corp|home\.arpa)\.?$/;

/** Whether requests to the address would cross the internet in clear. */
export function isPlainPublic(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'http:' && reachOf(hostname) === 'public' && !privateName.test(hostname);
}
