import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test as base, expect } from '@playwright/test';
import { ensureDisplay } from '../../../src/browser/display.js';

/** A folder at the front of PATH, for the test's own Xvfb. */
const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'keyturn-x-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },
});

async function xvfbThatDoes(folder: string, script: string): Promise<NodeJS.ProcessEnv> {
  await writeFile(path.join(folder, 'Xvfb'), `#!/bin/sh\n${script}\n`);
  await chmod(path.join(folder, 'Xvfb'), 0o755);
  return { PATH: `${folder}:/usr/bin:/bin`, TMPDIR: folder };
}

for (const [name, env, platform] of [
  ['an X display', { DISPLAY: ':0' }, 'linux'],
  ['a Wayland display', { WAYLAND_DISPLAY: 'wayland-0' }, 'linux'],
  ['macOS', {}, 'darwin'],
  ['Windows', {}, 'win32'],
] as const) {
  test(`${name} counts as a desktop`, async () => {
    expect(await ensureDisplay({ env, platform })).toMatchObject({ kind: 'desktop' });
  });
}

test('without a display and Xvfb, the error says what to install', async ({ folder }) => {
  const starting = ensureDisplay({ env: { PATH: folder }, platform: 'linux' });
  await expect(starting).rejects.toMatchObject({ code: 'KT304', exitCode: 2, hint: /xvfb/ });
});

test('the error quotes an Xvfb that fails, and none of its files are left', async ({ folder }) => {
  const env = await xvfbThatDoes(folder, 'echo "(EE) cannot open the screen" >&2; exit 1');
  const starting = ensureDisplay({ env, platform: 'linux' });
  await expect(starting).rejects.toMatchObject({ code: 'KT308', message: /cannot open the screen/ });
  expect(await readdir(folder)).toEqual(['Xvfb']);
});

test('an Xvfb that hangs is stopped after the timeout', async ({ folder }) => {
  const env = await xvfbThatDoes(folder, `echo $$ > ${folder}/pid; exec sleep 30`);
  const starting = ensureDisplay({ env, platform: 'linux', startTimeoutMs: 500 });
  await expect(starting).rejects.toMatchObject({ code: 'KT308', message: /within 0\.5 s/ });
  expect((await readdir(folder)).sort()).toEqual(['Xvfb', 'pid']);
});
