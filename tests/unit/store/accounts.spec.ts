import fc from 'fast-check';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../src/lib/app-error.js';
import {
  listAccounts,
  readAccount,
  removeAccount,
  saveAccount,
  type AccountConfig,
} from '../../../src/store/accounts.js';
import { accountPaths } from '../../../src/store/home.js';
import { runStoreChild } from './store-child.js';
import { expect, modeOf, test } from './temp-home.js';

const work: AccountConfig = {
  version: 1,
  name: 'work',
  site: 'iflow',
  baseUrl: 'http://127.0.0.1:4000',
  probeUrl: 'none',
  proxy: 'socks5://user:pass@127.0.0.1:1080',
  enabled: true,
  method: 'auto',
  keyName: '151****1234',
  createdAt: '2026-03-01T10:00:00.000Z',
};

test.describe('accounts', () => {
  test('are read back as they were saved, in private folders', async ({ home }) => {
    const inside = join(home, 'state');
    const paths = await saveAccount(inside, work, { create: true });
    await saveAccount(inside, { ...work, name: 'a', baseUrl: undefined, proxy: undefined });
    expect(await readAccount(inside, 'work')).toEqual(work);
    expect((await listAccounts(inside)).accounts.map((account) => account.name)).toEqual(['a', 'work']);
    for (const folder of [inside, join(inside, 'accounts'), paths.folder]) expect(modeOf(folder)).toBe('700');
    expect(modeOf(paths.account)).toBe('600');
  });

  test('a missing home means no accounts', async ({ home }) => {
    expect(await listAccounts(join(home, 'none'))).toEqual({ accounts: [], broken: [] });
  });

  test('an unknown name is an error that lists the existing ones', async ({ home }) => {
    await expect(readAccount(home, 'work')).rejects.toMatchObject({ code: 'KT201', hint: 'keyturn account add work' });
    await saveAccount(home, { ...work, name: 'b' });
    await saveAccount(home, { ...work, name: 'a' });
    await expect(readAccount(home, 'work')).rejects.toThrow(/The accounts are: a, b\./);
    await expect(removeAccount(home, 'work')).rejects.toMatchObject({ code: 'KT201' });
  });

  test('an existing name is not created again', async ({ home }) => {
    await saveAccount(home, work, { create: true });
    await expect(saveAccount(home, { ...work, site: 'other' }, { create: true })).rejects.toMatchObject({
      code: 'KT101',
    });
    expect((await readAccount(home, 'work')).site).toBe('iflow');
  });

  test('of several processes that create the same account at once exactly one succeeds', async ({ home }) => {
    const script = `
      import { saveAccount } from 'store/accounts.js';
      const account = { ...JSON.parse(process.argv[3]), keyName: String(process.pid) };
      await saveAccount(process.argv[2], account, { create: true })
        .then(() => console.log('created'), (error) => console.log(error.code));`;
    const children = Array.from({ length: 6 }, () => runStoreChild(script, [home, JSON.stringify(work)]));
    const outputs = await Promise.all(children.map(async (child) => (await child.ended).output.trim()));
    expect(outputs.filter((output) => output === 'created')).toHaveLength(1);
    expect(outputs.filter((output) => output === 'KT101')).toHaveLength(5);
  });

  for (const [field, value, problem] of [
    ['site', 'profiles/my.yaml', 'site is neither'],
    ['site', '', 'site is neither'],
    ['baseUrl', 'platform.iflow.cn', 'baseUrl is not an http or https URL'],
    ['baseUrl', 'ftp://a.example', 'baseUrl is not an http or https URL'],
    ['baseUrl', 'https://user:hunter2@a.example', 'baseUrl must not have a user or password'],
    ['baseUrl', 'https://a.example/\nx', 'baseUrl is not an http or https URL'],
    ['probeUrl', 'maybe', 'probeUrl is not an http or https URL'],
    ['proxy', 'a.example:8080', 'proxy is not a proxy URL'],
    ['proxy', 'ftp://a.example', 'proxy is not a proxy URL'],
    ['proxy', 'http://user:hunter2@a.example/path', 'proxy must end after the port'],
    ['method', 'magic', 'method is not one of auto, http, browser'],
    ['enabled', 'yes', 'enabled is neither true nor false'],
    ['keyname', 'x', 'keyname is unknown'],
  ] as const) {
    test(`${field} ${JSON.stringify(value)} is refused with its name, and nothing is saved`, async ({ home }) => {
      const refusal = saveAccount(home, { ...work, [field]: value });
      await expect(refusal).rejects.toMatchObject({ code: 'KT101', exitCode: 2 });
      await expect(refusal).rejects.toThrow(problem);
      await expect(refusal).rejects.not.toThrow('hunter2');
      expect(existsSync(join(home, 'accounts', 'work', 'account.json'))).toBe(false);
    });
  }

  test('a broken account is named and does not hide the others', async ({ home }) => {
    for (const name of ['a', 'b', 'c']) await saveAccount(home, { ...work, name });
    writeFileSync(accountPaths(home, 'b').account, '{"version": 1, "name": "b"', { mode: 0o600 });
    writeFileSync(accountPaths(home, 'c').account, JSON.stringify(work), { mode: 0o600 });
    const { accounts, broken } = await listAccounts(home);
    expect(accounts.map((account) => account.name)).toEqual(['a']);
    expect(broken.map(({ name, error }) => [name, error.code])).toEqual([
      ['b', 'KT106'],
      ['c', 'KT106'],
    ]);
    expect(broken[1]?.error.message).toContain('name is "work", but the folder is c');
    await expect(readAccount(home, 'b')).rejects.toThrow(/not JSON, or it is cut off/);
  });

  test('garbage in an account file gives a coded error and keeps the file', async ({ home }) => {
    const { account: path } = await saveAccount(home, work);
    const fields = fc.constantFrom(...Object.keys(work), 'typo');
    const mistyped = fc
      .tuple(fields, fc.jsonValue())
      .map(([field, value]) => JSON.stringify({ ...work, [field]: value }));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json(), mistyped), async (text) => {
        writeFileSync(path, text, { mode: 0o600 });
        const result = await readAccount(home, 'work').catch((error: unknown) => error);
        if (!(result instanceof AppError)) expect(result).toEqual(JSON.parse(text));
        else expect([result.code, result.message.includes(path)]).toEqual(['KT106', true]);
        expect(readFileSync(path, 'utf8')).toBe(text);
      }),
    );
  });

  test('removing an account removes its browser profile and follows no link', async ({ home }) => {
    const paths = await saveAccount(home, work);
    await saveAccount(home, { ...work, name: 'other' });
    const precious = join(home, 'precious');
    mkdirSync(precious);
    writeFileSync(join(precious, 'file'), 'x');
    mkdirSync(join(paths.browser, 'Default'), { recursive: true });
    symlinkSync(precious, join(paths.browser, 'Default', 'link'));
    // What a killed removal leaves.
    mkdirSync(join(home, 'accounts', '.removed-old-1-x', 'browser'), { recursive: true });
    await removeAccount(home, 'work');
    expect(readdirSync(join(home, 'accounts'))).toEqual(['other']);
    expect(readdirSync(precious)).toEqual(['file']);

    symlinkSync(precious, accountPaths(home, 'linked').folder);
    await expect(removeAccount(home, 'linked')).rejects.toMatchObject({ code: 'KT213' });
    expect(readdirSync(precious)).toEqual(['file']);
  });
});
