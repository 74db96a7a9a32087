import { expect, test } from '@playwright/test';
import { AppError } from '../../../src/lib/app-error.js';
import { requireSafeAddress, type AddressOptions } from '../../../src/takeover/reachable-address.js';

const codeOf = (options: AddressOptions) => {
  try {
    return requireSafeAddress(options)?.href ?? 'no public address';
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
};

const local = '127.0.0.1';
const table: [string, AddressOptions, string][] = [
  ['this machine alone', { host: local }, 'no public address'],
  ['the name of this machine', { host: 'localhost' }, 'no public address'],
  ['behind a tunnel', { host: local, publicUrl: 'https://help.example.com' }, 'https://help.example.com/'],
  ['below a path', { host: local, publicUrl: 'https://example.com/keyturn' }, 'https://example.com/keyturn/'],
  ['everywhere, behind HTTPS', { host: '0.0.0.0', publicUrl: 'https://help.example.com' }, 'https://help.example.com/'],
  ['everywhere', { host: '0.0.0.0' }, 'KT701'],
  ['everywhere, on IPv6', { host: '::' }, 'KT701'],
  ['a private address', { host: '192.168.1.5' }, 'KT701'],
  ['everywhere, with a local address', { host: '0.0.0.0', publicUrl: 'http://127.0.0.1:8080' }, 'KT701'],
  ['plain HTTP at a public name', { host: local, publicUrl: 'http://help.example.com' }, 'KT701'],
  ['plain HTTP at a public address', { host: local, publicUrl: 'http://8.8.8.8:80', allowPrivateHttp: true }, 'KT701'],
  ['plain HTTP on Tailscale', { host: local, publicUrl: 'http://100.101.1.2:7000' }, 'KT701'],
  ['plain HTTP at home', { host: local, publicUrl: 'http://10.0.0.2' }, 'KT701'],
  [
    'plain HTTP on Tailscale, wanted',
    { host: '100.101.1.2', publicUrl: 'http://100.101.1.2:7000', allowPrivateHttp: true },
    'http://100.101.1.2:7000/',
  ],
  [
    'everywhere, though only private HTTP is wanted',
    { host: '0.0.0.0', publicUrl: 'http://10.0.0.2', allowPrivateHttp: true },
    'KT701',
  ],
  ['plain HTTP through a local port', { host: local, publicUrl: 'http://127.0.0.1:9000' }, 'http://127.0.0.1:9000/'],
];
for (const [what, options, outcome] of table) {
  test(`${what}: ${outcome}`, () => expect(codeOf(options)).toBe(outcome));
}
