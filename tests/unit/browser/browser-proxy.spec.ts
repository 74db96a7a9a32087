import { test, expect } from '@playwright/test';
import { browserProxy } from '../../../src/browser/browser-proxy.js';

for (const [given, expected] of [
  ['http://proxy.example:8080', { server: 'http://proxy.example:8080' }],
  ['https://proxy.example', { server: 'https://proxy.example:443' }],
  ['socks5://127.0.0.1:1080', { server: 'socks5://127.0.0.1:1080' }],
  ['socks4a://127.0.0.1:9', { server: 'socks4://127.0.0.1:9' }],
  ['socks5h://[::1]', { server: 'socks5://[::1]:1080' }],
  [
    'http://some%40one:p%3Aw%2F%C3%A9@proxy.example:8080/path?x',
    { server: 'http://proxy.example:8080', username: 'some@one', password: 'p:w/é' },
  ],
  ['http://user@proxy.example:8080', { server: 'http://proxy.example:8080', username: 'user', password: '' }],
] as const) {
  test(`${given} becomes ${expected.server}`, () => {
    expect(browserProxy({ url: given })).toEqual(expected);
  });
}

for (const [given, reason] of [
  ['socks5://me:secret-word@proxy.example:1080', /cannot sign in to a SOCKS proxy/],
  ['http://me:%zz-secret-word@proxy.example', /not percent-encoded/],
] as const) {
  test(`${given} is rejected, and the error does not quote it`, () => {
    let message = '';
    try {
      browserProxy({ url: given });
    } catch (error) {
      expect(error).toMatchObject({ code: 'KT101', exitCode: 2 });
      message = (error as Error).message;
    }
    expect(message).toMatch(reason);
    expect(message).not.toContain('secret-word');
  });
}
