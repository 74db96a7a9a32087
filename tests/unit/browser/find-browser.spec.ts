import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test as base, expect } from '@playwright/test';
import { findBrowser, snapProfileHome } from '../../../src/browser/find-browser.js';

/** An empty machine: `home`, one folder in PATH, and `program()` to add programs. */
const test = base.extend<{ machine: { home: string; bin: string; env: NodeJS.ProcessEnv; program: typeof program } }>({
  machine: async ({}, use) => {
    const home = await mkdtemp(path.join(tmpdir(), 'keyturn-find-'));
    const bin = path.join(home, 'bin');
    await mkdir(bin);
    await use({ home, bin, env: { PATH: bin, HOME: home }, program });
    await rm(home, { recursive: true, force: true });
  },
});

async function program(file: string, text = '#!/bin/sh\nexit 0\n', mode = 0o755): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  await chmod(file, mode);
  return file;
}

test.skip(process.platform !== 'linux', 'the file layout is the one of Linux');

test('Chrome is preferred to Chromium, and Chromium to Edge', async ({ machine }) => {
  const { env, bin } = machine;
  const edge = await machine.program(path.join(bin, 'microsoft-edge'));
  expect(findBrowser({ env })).toMatchObject({ executablePath: edge });
  const chromium = await machine.program(path.join(bin, 'chromium'));
  expect(findBrowser({ env })).toMatchObject({ executablePath: chromium });
  const chrome = await machine.program(path.join(bin, 'google-chrome-stable'));
  expect(findBrowser({ env })).toMatchObject({ executablePath: chrome });
  expect(findBrowser({ env, exclude: [chrome] })).toMatchObject({ executablePath: chromium });
});

test('the wanted product is used even if another is installed', async ({ machine }) => {
  const { env, bin } = machine;
  await machine.program(path.join(bin, 'google-chrome'));
  const chromium = await machine.program(path.join(bin, 'chromium'));
  expect(findBrowser({ env: { ...env, KEYTURN_BROWSER: 'chromium' } })).toMatchObject({
    executablePath: chromium,
  });
  expect(findBrowser({ env: { ...env, KEYTURN_BROWSER: 'chrome' }, wanted: 'chromium' })).toMatchObject({
    executablePath: chromium,
  });
});

test('a wanted path is used as given, with ~ for the home folder', async ({ machine }) => {
  const { env, home } = machine;
  const chosen = await machine.program(path.join(home, 'apps/my edge'));
  expect(findBrowser({ env: { ...env, KEYTURN_BROWSER: '~/apps/my edge' } })).toMatchObject({
    executablePath: chosen,
  });
});

for (const [wanted, reason] of [
  ['msedge', /is not installed/],
  ['/no/such/browser', /does not exist/],
  ['firefox', /neither a path nor/],
  ['~/bin', /not a program/],
  ['~/plain', /not a program/],
] as const) {
  test(`wanting ${wanted} is an error when it is missing or unusable`, async ({ machine }) => {
    await machine.program(path.join(machine.bin, 'chromium'));
    await machine.program(path.join(machine.home, 'plain'), 'text', 0o644);
    const finding = Promise.resolve().then(() => findBrowser({ env: machine.env, wanted }));
    await expect(finding).rejects.toMatchObject({ code: 'KT301', exitCode: 2, message: reason });
  });
}

test("Ubuntu's stub that only asks for the snap does not count as a browser", async ({ machine }) => {
  const stub =
    '#!/bin/sh\nif ! [ -x /snap/bin/chromium ]; then\n  echo "requires the chromium snap" >&2\n  exit 1\nfi\n';
  await machine.program(path.join(machine.bin, 'chromium-browser'), stub);
  const found = findBrowser({ env: machine.env });
  expect(found?.executablePath).not.toBe(path.join(machine.bin, 'chromium-browser'));
});

test("Playwright's newest complete download is the last resort", async ({ machine }) => {
  const { env, home, bin } = machine;
  const registry = path.join(home, '.cache/ms-playwright');
  const download = (revision: number) => path.join(registry, `chromium-${revision}`);
  await machine.program(path.join(download(999), 'chrome-linux/chrome'));
  const newest = await machine.program(path.join(download(1200), 'chrome-linux64/chrome'));
  await machine.program(path.join(download(1300), 'chrome-linux64/chrome'));
  for (const revision of [999, 1200]) await writeFile(path.join(download(revision), 'INSTALLATION_COMPLETE'), '');
  expect(findBrowser({ env })).toMatchObject({ executablePath: newest });
  expect(findBrowser({ env: { ...env, PLAYWRIGHT_BROWSERS_PATH: path.join(home, 'elsewhere') } })).toBeUndefined();
  const installed = await machine.program(path.join(bin, 'chromium'));
  expect(findBrowser({ env })).toMatchObject({ executablePath: installed });
});

test('the result is undefined on a machine without a browser', async ({ machine }) => {
  await machine.program(path.join(machine.bin, 'chromium'), 'not executable', 0o644);
  expect(findBrowser({ env: machine.env })).toBeUndefined();
});

test('macOS application bundles and Windows program folders are searched', async ({ machine }) => {
  const { home } = machine;
  const app = await machine.program(path.join(home, 'Applications/Chromium.app/Contents/MacOS/Chromium'));
  const env = { KEYTURN_BROWSER: 'chromium' };
  expect(findBrowser({ env, home, platform: 'darwin' })).toMatchObject({ executablePath: app });
  const windows = path.win32.join(home, 'Microsoft\\Edge\\Application\\msedge.exe');
  await machine.program(windows);
  const found = findBrowser({ env: { LOCALAPPDATA: home, PROGRAMFILES: home }, home, platform: 'win32' });
  expect(found).toMatchObject({ executablePath: windows });
  await rm(windows);
});

test('snap Chromium gets a home that it can write to', () => {
  const advice = (userDataDir: string, executablePath = '/snap/bin/chromium') =>
    snapProfileHome({ executablePath, userDataDir, home: '/home/me' });
  const suggestion = '/home/me/snap/chromium/common/keyturn';
  for (const unreachable of [
    '/home/me/.local/share/keyturn/profile',
    '/tmp/profile',
    '/var/lib/keyturn',
    '/home/me/snap/other/x',
    '/home/me',
  ]) {
    expect(advice(unreachable), unreachable).toBe(suggestion);
  }
  for (const reachable of ['/home/me/keyturn/profile', `${suggestion}/accounts/a/profile`]) {
    expect(advice(reachable), reachable).toBeUndefined();
  }
  expect(advice('/home/me/.local/share/keyturn', '/usr/bin/chromium')).toBeUndefined();
});
