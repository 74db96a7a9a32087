import fc from 'fast-check';
import { join, sep } from 'node:path';
import { accountPaths, isAccountName, resolveHome } from '../../../src/store/home.js';
import { expect, test } from './temp-home.js';

test.describe('the folder of all state', () => {
  test.skip(process.platform === 'win32', 'the paths are POSIX paths');
  for (const [what, env, platform, home] of [
    ['KEYTURN_HOME first', { KEYTURN_HOME: '/data/我的 密钥', HOME: '/home/a' }, 'linux', '/data/我的 密钥'],
    ['a tilde that no shell expanded', { KEYTURN_HOME: '~/kt', HOME: '/home/a' }, 'linux', '/home/a/kt'],
    ['an empty KEYTURN_HOME as unset', { KEYTURN_HOME: '', HOME: '/home/a' }, 'linux', '/home/a/.local/share/keyturn'],
    ['XDG_DATA_HOME', { XDG_DATA_HOME: '/xdg', HOME: '/home/a' }, 'linux', '/xdg/keyturn'],
    ['no relative XDG_DATA_HOME', { XDG_DATA_HOME: 'xdg', HOME: '/home/a' }, 'linux', '/home/a/.local/share/keyturn'],
    ['the Library on macOS', { HOME: '/Users/a' }, 'darwin', '/Users/a/Library/Application Support/keyturn'],
    ['LOCALAPPDATA on Windows', { LOCALAPPDATA: '/L', USERPROFILE: '/U' }, 'win32', '/L/keyturn/Data'],
  ] as const) {
    test(`takes ${what}`, () => {
      expect(resolveHome(env, platform)).toBe(home);
    });
  }

  test('a relative KEYTURN_HOME is resolved against the working folder', () => {
    expect(resolveHome({ KEYTURN_HOME: 'kt' }, 'linux')).toBe(join(process.cwd(), 'kt'));
  });
});

test.describe('account names', () => {
  for (const name of ['a', 'work', '0', 'a.b-c_d', 'com', 'com10', 'console', 'x'.repeat(64)]) {
    test(`${name.slice(0, 20)} is valid`, () => {
      expect(isAccountName(name)).toBe(true);
      expect(accountPaths('/h', name).folder).toBe(`/h/accounts/${name}`);
    });
  }
  for (const name of [
    '',
    '.',
    '..',
    '.a',
    '-a',
    'a/b',
    'a\\b',
    'a b',
    'Work',
    'ä',
    'a\n',
    'a.',
    'con',
    'nul.txt',
    'com1',
    'x'.repeat(65),
  ]) {
    test(`${JSON.stringify(name).slice(0, 20)} is a usage error`, () => {
      expect(() => accountPaths('/h', name)).toThrow(expect.objectContaining({ code: 'KT101', exitCode: 2 }));
    });
  }

  test('the folder of every name is directly inside the accounts folder', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab0.._-/\\A') }), (name) => {
        fc.pre(isAccountName(name));
        expect(accountPaths('/h', name).folder.split(sep)).toEqual(['', 'h', 'accounts', name]);
      }),
    );
  });
});
