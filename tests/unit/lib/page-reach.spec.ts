import { hostname, userInfo } from 'node:os';
import { expect, test } from '@playwright/test';
import { pageReach } from '../../../src/lib/page-reach.js';

const publicUrl = 'https://keyturn.example.com';
const me = `${userInfo().username}@${hostname()}`;

for (const [name, takeover, env, platform, reach] of [
  ['an X display', { port: 0 }, { DISPLAY: ':0' }, 'linux', { way: 'desktop' }],
  ['a Wayland display', { port: 0 }, { WAYLAND_DISPLAY: 'wayland-0' }, 'linux', { way: 'desktop' }],
  ['macOS', { port: 0 }, {}, 'darwin', { way: 'desktop' }],
  ['a desktop with a public address', { port: 0, publicUrl }, { DISPLAY: ':0' }, 'linux', { way: 'desktop' }],
  ['a server with a public address', { port: 0, publicUrl }, { DISPLAY: '' }, 'linux', { way: 'phone' }],
  ['a server with a port', { port: 8931 }, {}, 'linux', { way: 'ssh', command: `ssh -L 8931:127.0.0.1:8931 ${me}` }],
  ['a server with any port', { port: 0 }, {}, 'linux', { way: 'ssh', command: `ssh ${me}` }],
] as const) {
  test(`a page on ${name} is reached by ${reach.way}`, () => {
    expect(pageReach(takeover, env, platform)).toEqual(reach);
  });
}
