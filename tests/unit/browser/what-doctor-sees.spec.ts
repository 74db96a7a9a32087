import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { profileHolder } from '../../../src/browser/profile-lock.js';
import { hostname } from 'node:os';
import { expect, test } from '../store/temp-home.js';

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
