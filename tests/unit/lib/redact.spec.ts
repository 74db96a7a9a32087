import { expect, test } from '@playwright/test';
import { redactProxy } from '../../../src/lib/redact.js';

for (const [proxy, shown] of [
  ['http://me:p@ss@proxy:8080', 'http://•••@proxy:8080'],
  ['socks5://me@proxy:1080', 'socks5://•••@proxy:1080'],
  ['me:pass@proxy:8080', '•••@proxy:8080'],
  ['http://proxy:8080', 'http://proxy:8080'],
] as const) {
  test(`the proxy ${shown} is shown without its user`, () => {
    expect(redactProxy(proxy)).toBe(shown);
  });
}
