import { spawn } from 'node:child_process';
import { lutimes, mkdir, mkdtemp, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { test as base, expect } from '@playwright/test';
import { requireFreeProfile } from '../../../src/browser/profile-lock.js';
import { ownIdentity } from '../../../src/lib/process-identity.js';

interface World {
  readonly userDataDir: string;
  readonly lock: string;
  /** Creates a lock as Chromium does, `ageMs` old. */
  lockedBy: (host: string, pid: number, ageMs?: number) => Promise<void>;
  /** Writes the last browser's record as keyturn does, with these changes. */
  openedBy: (changes: object) => Promise<void>;
}

const hourMs = 3_600_000;
const noProcess = 2 ** 22 + 1;

const test = base.extend<{ world: World }>({
  world: async ({}, use) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'keyturn-profile-'));
    const userDataDir = path.join(folder, 'browser');
    const lock = path.join(userDataDir, 'SingletonLock');
    await mkdir(userDataDir);
    await use({
      userDataDir,
      lock,
      lockedBy: async (host, pid, ageMs = 0) => {
        await rm(lock, { force: true });
        await symlink(`${host}-${pid}`, lock);
        const at = new Date(Date.now() - ageMs);
        await lutimes(lock, at, at);
      },
      openedBy: (changes) =>
        writeFile(
          path.join(folder, 'browser-run.json'),
          JSON.stringify({ version: 1, before: {}, ...ownIdentity(), ...changes }),
        ),
    });
    await rm(folder, { recursive: true });
  },
});

const isThere = (file: string) =>
  readlink(file).then(
    () => true,
    () => false,
  );

test('a profile without a lock, or with a dead lock of this host, is free', async ({ world }) => {
  expect(await requireFreeProfile(world.userDataDir)).toBe('free');
  await world.lockedBy(hostname(), noProcess);
  expect(await requireFreeProfile(world.userDataDir)).toBe('free');
});

test('a lock of another machine is removed when keyturn opened that browser, whose account this run holds', async ({
  world,
}) => {
  await world.openedBy({ host: 'old-container', bootId: 'another-boot' });
  await world.lockedBy('old-container', 7);
  expect(await requireFreeProfile(world.userDataDir)).toBe('healed');
  expect(await isThere(world.lock)).toBe(false);
});

test('a browser that keyturn did not open on the other machine never counts as ended', async ({ world }) => {
  await world.lockedBy('desk', 7, 100 * hourMs);
  const refuse = () => expect(requireFreeProfile(world.userDataDir)).rejects.toMatchObject({ code: 'KT306' });
  await refuse();
  await world.openedBy({ host: 'elsewhere' });
  await refuse();
  await world.openedBy({ host: 'desk', bootId: 'another-boot', closed: {} });
  await refuse();
  expect(await isThere(world.lock)).toBe(true);
});

test.describe('this machine under an earlier host name', () => {
  test.skip(process.platform !== 'linux', 'only Linux tells one boot from another');

  test('has its dead lock removed at once', async ({ world }) => {
    await world.openedBy({ host: 'name-before-dhcp' });
    await world.lockedBy('name-before-dhcp', noProcess);
    expect(await requireFreeProfile(world.userDataDir)).toBe('healed');
  });

  test('keeps the lock of a browser that is still running', async ({ world }) => {
    const browser = spawn('sh', ['-c', `sleep 60 # --user-data-dir=${world.userDataDir}`, 'chrome'], {
      stdio: 'ignore',
    });
    try {
      await world.openedBy({ host: 'name-before-dhcp' });
      await world.lockedBy('name-before-dhcp', browser.pid!, hourMs);
      const refusal = requireFreeProfile(world.userDataDir);
      await expect(refusal).rejects.toMatchObject({ code: 'KT306' });
      expect(await isThere(world.lock)).toBe(true);
    } finally {
      browser.kill('SIGKILL');
    }
  });
});
