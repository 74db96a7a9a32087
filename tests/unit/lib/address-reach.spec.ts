import { expect, test } from '@playwright/test';
import { isPlainPublic, reachOf } from '../../../src/lib/address-reach.js';

for (const [host, reach] of [
  ['127.9.9.9', 'loopback'],
  ['::1', 'loopback'],
  ['[::1]', 'loopback'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['172.16.0.1', 'private'],
  ['172.32.0.1', 'public'],
  ['100.63.0.1', 'public'],
  ['100.127.0.1', 'private'],
  ['169.254.1.1', 'private'],
  ['fd7a:115c:a1e0::1', 'private'],
  ['fe80::1', 'private'],
  ['2606:4700::1111', 'public'],
  ['localhost.example.com', 'public'],
  ['127.0.0.1.example.com', 'public'],
  ['0.0.0.0', 'public'],
] as const) {
  test(`${host} is ${reach}`, () => expect(reachOf(host)).toBe(reach));
}

for (const [address, isPublic] of [
  ['http://console.example.com', true],
  ['http://8.8.8.8:8080', true],
  ['http://[2606:4700::1111]', true],
  ['http://localhost.example.com', true],
  ['https://console.example.com', false],
  ['http://127.0.0.1:8080', false],
  ['http://192.168.1.5', false],
  ['http://[fd00::5]', false],
  ['http://console.test:8080', false],
  ['http://redmine:3000', false],
  ['http://nas.local', false],
  ['http://git.internal', false],
] as const) {
  test(`${address} ${isPublic ? 'crosses the internet in clear' : 'does not'}`, () =>
    expect(isPlainPublic(address)).toBe(isPublic));
}
