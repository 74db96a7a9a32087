import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { profileHolder } from '../../../src/browser/profile-lock.js';
import { sandboxFix } from '../../../src/browser/sandbox-fix.js';
import { hostname } from 'node:os';
import { expect, test } from '../store/temp-home.js';

for (const [file, value, command] of [
  ['/proc/sys/kernel/apparmor_restrict_unprivileged_userns', '1\n', /apparmor_restrict_unprivileged_userns=0/],
  ['/proc/sys/kernel/unprivileged_userns_clone', '0\n', /unprivileged_userns_clone=1/],
  ['/proc/sys/user/max_user_namespaces', '0\n', /max_user_namespaces=\d+/],
] as const) {
  test(`${file} = ${value.trim()} disables the sandbox, and the command enables it again`, () => {
    expect(sandboxFix((path) => (path === file ? value : ''))).toMatch(command);
  });
}

test('a machine with user namespaces needs no command for the sandbox', () => {
  const usual = (path: string) => (path.endsWith('restrict_unprivileged_userns') ? '0' : '62000');
  expect(sandboxFix(usual)).toBeUndefined();
});

test('a profile is held by nobody or by another host, and a dead process holds nothing', async ({ home }) => {
  const folder = join(home, 'browser');
  mkdirSync(folder);
  expect(await profileHolder(folder)).toEqual({ kind: 'nobody' });
  symlinkSync('elsewhere-4711', join(folder, 'SingletonLock'));
  const held = await profileHolder(folder);
  expect(held).toMatchObject({ kind: 'elsewhere', isOurs: false, lock: { host: 'elsewhere', pid: 4711 } });
  const own = join(home, 'own');
  mkdirSync(own);
  symlinkSync(`${hostname()}-2147483646`, join(own, 'SingletonLock'));
  expect(await profileHolder(own)).toEqual({ kind: 'nobody' });
});
