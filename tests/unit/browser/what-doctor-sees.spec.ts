import { createServer } from 'node:net';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { profileHolder } from '../../../src/browser/profile-lock.js';
import { displaySockets, reachDisplay } from '../../../src/browser/reach-display.js';
import { sandboxObstacle } from '../../../src/browser/sandbox-obstacle.js';
import { chromiumMajor, playwrightChromium } from '../../../src/browser/try-browser.js';
import { hostname } from 'node:os';
import { expect, test } from '../store/temp-home.js';

for (const [said, major] of [
  ['Google Chrome 143.0.7499.4', 143],
  ['Google Chrome for Testing 159.0.8154.6', 159],
  ['Chromium 120.0.6099.129 built on Debian 12.4', 120],
  ['Microsoft Edge 119.0.2151.97', 119],
  ['Brave Browser 131.1.73.91', 131],
  ['Mozilla Firefox 145.0.1', undefined],
  ['cat (GNU coreutils) 9.1', undefined],
] as const) {
  test(`"${said}" is ${major === undefined ? 'not Chromium' : `Chromium ${major}`}`, () => {
    expect(chromiumMajor(said)).toBe(major);
  });
}

test('the Chromium version that Playwright was built for is known', async () => {
  expect(await playwrightChromium()).toBeGreaterThan(100);
});

for (const [file, value, command] of [
  ['/proc/sys/kernel/apparmor_restrict_unprivileged_userns', '1\n', /apparmor_restrict_unprivileged_userns=0/],
  ['/proc/sys/kernel/unprivileged_userns_clone', '0\n', /unprivileged_userns_clone=1/],
  ['/proc/sys/user/max_user_namespaces', '0\n', /max_user_namespaces=\d+/],
] as const) {
  test(`${file} = ${value.trim()} disables the sandbox, and the command enables it again`, () => {
    expect(sandboxObstacle((path) => (path === file ? value : ''))?.command).toMatch(command);
  });
}

test('a machine with user namespaces has no sandbox obstacle', () => {
  const usual = (path: string) => (path.endsWith('restrict_unprivileged_userns') ? '0' : '62000');
  expect(sandboxObstacle(usual)).toBeUndefined();
});

for (const [env, sockets] of [
  [{ DISPLAY: ':7' }, [{ path: '/tmp/.X11-unix/X7' }, { path: '\0/tmp/.X11-unix/X7' }]],
  [{ DISPLAY: 'localhost:10.0' }, [{ host: 'localhost', port: 6010 }]],
  [{ DISPLAY: 'nonsense' }, []],
  [{ WAYLAND_DISPLAY: 'wayland-0', XDG_RUNTIME_DIR: '/run/user/7' }, [{ path: '/run/user/7/wayland-0' }]],
  [{ WAYLAND_DISPLAY: '/srv/way' }, [{ path: '/srv/way' }]],
] as const) {
  test(`the display in ${JSON.stringify(env)} has the expected sockets`, () => {
    expect(displaySockets(env)?.sockets).toEqual(sockets);
  });
}

test('a display is reachable when a server answers at its socket', async ({ home }) => {
  const env = { WAYLAND_DISPLAY: join(home, 'way') };
  expect(await reachDisplay(env, 1000)).toEqual({ name: env.WAYLAND_DISPLAY, answers: false });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(env.WAYLAND_DISPLAY, resolve));
  expect(await reachDisplay(env, 1000)).toEqual({ name: env.WAYLAND_DISPLAY, answers: true });
  await new Promise((resolve) => server.close(resolve));
  expect(await reachDisplay({}, 1000)).toBeUndefined();
});

test('a profile is held by nobody or by another host, and a dead process holds nothing', async ({ home }) => {
  const folder = join(home, 'browser');
  mkdirSync(folder);
  expect(await profileHolder(folder)).toEqual({ kind: 'nobody' });
  symlinkSync('elsewhere-4711', join(folder, 'SingletonLock'));
  const held = await profileHolder(folder);
  expect(held).toMatchObject({ kind: 'elsewhere', isOld: false, lock: { host: 'elsewhere', pid: 4711 } });
  const own = join(home, 'own');
  mkdirSync(own);
  symlinkSync(`${hostname()}-2147483646`, join(own, 'SingletonLock'));
  expect(await profileHolder(own)).toEqual({ kind: 'nobody' });
});
