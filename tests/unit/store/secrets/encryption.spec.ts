import { chmodSync, copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { isDue } from '../../../../src/core/is-due.js';
import { readCheckpointFacts } from '../../../../src/store/checkpoints.js';
import { accountPaths } from '../../../../src/store/home.js';
import {
  hasIntent,
  prepareKeyWrite,
  readIntent,
  readKeyFacts,
  readKeyRecord,
  writeKeyRecord,
} from '../../../../src/store/key-records.js';
import { decryptHome, encryptHome, rotateDataKey } from '../../../../src/store/secrets/change-encryption.js';
import { exportCost, readPassphraseFile } from '../../../../src/store/secrets/passphrase.js';
import { openExport, sealExport } from '../../../../src/store/secrets/account-export.js';
import { expect, test } from '../temp-home.js';
import {
  checkpoint,
  everything,
  filesInTheClear,
  fillHome,
  MemoryKeychain,
  newProcess,
  options,
  readHome,
  record,
  writePassphrase,
} from './secrets-world.js';

async function keychainHome(home: string, accounts: readonly string[] = ['work']) {
  const keychain = new MemoryKeychain();
  newProcess(home, keychain);
  await fillHome(home, accounts);
  await encryptHome(home, { by: 'keychain' }, options);
  newProcess(home, keychain);
  return keychain;
}

test('encrypted records are read back unchanged, and no file contains a secret', async ({ home }) => {
  const keychain = new MemoryKeychain();
  newProcess(home, keychain);
  await fillHome(home, ['work', 'lab']);
  const leftover = `${accountPaths(home, 'work').folder}/.key.json.4711.abc.tmp`;
  writeFileSync(leftover, JSON.stringify(record), { mode: 0o600 });
  expect(filesInTheClear(home)).toHaveLength(13);
  expect(await encryptHome(home, { by: 'keychain' }, options)).toEqual({ rewritten: 6, accounts: 2, left: [] });
  expect(filesInTheClear(home)).toEqual([]);
  newProcess(home, keychain);
  for (const name of ['work', 'lab']) expect(await readHome(home, name)).toEqual({ read: everything, warnings: [] });
  // New writes are encrypted, too.
  await writeKeyRecord(accountPaths(home, 'work'), record);
  await writeKeyRecord(accountPaths(home, 'fresh'), record);
  expect(filesInTheClear(home)).toEqual([]);
  const secret = [...keychain.entries.values()][0] ?? '';
  for (const file of [home + '/encryption.json', accountPaths(home, 'work').key]) {
    expect(readFileSync(file, 'utf8')).not.toContain(secret);
  }
});

test('the due check and the status need no encryption key', async ({ home }) => {
  const keychain = await keychainHome(home);
  keychain.isLocked = true;
  const paths = accountPaths(home, 'work');
  const facts = await readKeyFacts(paths);
  expect(facts.current?.expiresAt).toBe(record.current?.expiresAt);
  for (const now of ['2026-03-02T00:00:00Z', '2026-03-09T00:00:00Z'].map(Date.parse)) {
    expect(isDue(facts, now)).toEqual(isDue(record, now));
  }
  expect(await hasIntent(paths)).toBe(true);
  expect(await readCheckpointFacts(paths)).toEqual({ savedAt: checkpoint.savedAt, savedBy: 'http' });
  expect(keychain.reads).toBe(2); // by the encryption itself
});

test('a locked keychain is detected before a key is written, and an unlocked key stays unlocked', async ({ home }) => {
  const keychain = await keychainHome(home);
  const paths = accountPaths(home, 'fresh');
  keychain.isLocked = true;
  await expect(prepareKeyWrite(paths)).rejects.toMatchObject({ code: 'KT921' });
  await expect(readKeyRecord(accountPaths(home, 'work'))).rejects.toMatchObject({ code: 'KT921' });
  keychain.isLocked = false;
  await prepareKeyWrite(paths);
  keychain.isLocked = true;
  await writeKeyRecord(paths, record);
  expect(await readKeyRecord(paths)).toEqual(record);
  expect(filesInTheClear(home)).toEqual([]);
});

test('a new key is kept when another process has changed the encryption key and the keychain is locked', async ({
  home,
}) => {
  const keychain = await keychainHome(home);
  const paths = accountPaths(home, 'work');
  await prepareKeyWrite(paths);
  const text = readFileSync(`${home}/encryption.json`, 'utf8');
  const file = JSON.parse(text) as { keys: object[] };
  const keys = [{ kid: 'feedfeedfeedfeed', createdAt: '2026-03-01T10:00:00Z', slots: [{ by: 'keychain' }] }];
  for (const name of ['encryption.json', 'encryption.json.bak']) {
    const changed = { ...file, active: 'feedfeedfeedfeed', keys: [...keys, ...file.keys] };
    writeFileSync(`${home}/${name}`, JSON.stringify(changed), { mode: 0o600 });
  }
  keychain.isLocked = true;
  await writeKeyRecord(paths, record);
  expect(filesInTheClear(home)).toEqual([]);
  expect(await readKeyRecord(paths)).toEqual(record);
});

test('an encrypted file is valid only for its own record and account, and a changed file is invalid', async ({
  home,
}) => {
  await keychainHome(home, ['work', 'lab']);
  const [work, lab] = [accountPaths(home, 'work'), accountPaths(home, 'lab')];
  const swapped = [
    [lab.key, work.key],
    [work.session, work.key],
  ] as const;
  for (const [from, to] of swapped) {
    for (const end of ['', '.bak']) copyFileSync(`${from}${end}`, `${to}${end}`);
    await expect(readKeyRecord(work)).rejects.toMatchObject({ code: 'KT216' });
  }
  const text = readFileSync(lab.key, 'utf8');
  const whole = JSON.parse(text) as Record<string, string>;
  const changes: Record<string, unknown>[] = [
    { facts: { current: { obtainedAt: '2026-03-01T10:00:00.000Z', expiresAt: '2027-01-01T00:00:00.000Z' } } },
    { data: `AAAA${whole['data']?.slice(4)}` },
    { tag: 'AAAA' },
    { iv: '' },
    { account: 'work' },
    { alg: 'none' },
  ];
  for (const change of changes) {
    for (const end of ['', '.bak'])
      writeFileSync(lab.key + end, JSON.stringify({ ...whole, ...change }), { mode: 0o600 });
    await expect(readKeyRecord(lab), JSON.stringify(change)).rejects.toMatchObject({ code: 'KT216' });
  }
});

test('a damaged encrypted record is read from its second copy, and moved aside by the next write', async ({ home }) => {
  await keychainHome(home);
  const paths = accountPaths(home, 'work');
  truncateSync(paths.key, 200);
  const { read, warnings } = await readHome(home);
  expect(read).toEqual(everything);
  expect(warnings).toEqual([expect.stringContaining('.bak was read instead')]);
  const told: string[] = [];
  await writeKeyRecord(paths, record, (message) => told.push(message));
  expect(told).toEqual([expect.stringContaining('it was moved to')]);
  expect(await readHome(home)).toEqual({ read: everything, warnings: [] });
});

test("a record encrypted with another home's key is reported as such and left unchanged", async ({ home }) => {
  await keychainHome(`${home}/one`);
  await keychainHome(`${home}/two`);
  const [from, to] = [accountPaths(`${home}/one`, 'work').key, accountPaths(`${home}/two`, 'work')];
  for (const end of ['', '.bak']) copyFileSync(from + end, to.key + end);
  const before = readFileSync(to.key, 'utf8');
  await expect(readKeyRecord(to)).rejects.toMatchObject({ code: 'KT926' });
  expect(readFileSync(to.key, 'utf8')).toBe(before);
});

test('a key that is missing or wrong in the keychain is an error', async ({ home }) => {
  const keychain = await keychainHome(home);
  const [kid = ''] = keychain.entries.keys();
  for (const value of [undefined, '', Buffer.alloc(32).toString('base64')]) {
    if (value === undefined) keychain.entries.delete(kid);
    else keychain.entries.set(kid, value);
    await expect(readKeyRecord(accountPaths(home, 'work'))).rejects.toMatchObject({ code: 'KT922' });
  }
});

test('a passphrase file can replace the keychain, and a wrong passphrase changes nothing', async ({ home }) => {
  test.slow();
  const keychain = new MemoryKeychain();
  keychain.isLocked = true;
  newProcess(home, keychain);
  await fillHome(home);
  const path = writePassphrase(home, 'correct horse battery');
  await encryptHome(home, { by: 'passphrase', path }, options);
  newProcess(home, keychain);
  expect(await readHome(home)).toEqual({ read: everything, warnings: [] });

  newProcess(home, keychain);
  writePassphrase(home, 'another passphrase');
  const before = readFileSync(accountPaths(home, 'work').key, 'utf8');
  await expect(readKeyRecord(accountPaths(home, 'work'))).rejects.toMatchObject({ code: 'KT925' });
  await expect(decryptHome(home, options)).rejects.toMatchObject({ code: 'KT925' });
  await expect(rotateDataKey(home, options)).rejects.toMatchObject({ code: 'KT925' });
  expect(readFileSync(accountPaths(home, 'work').key, 'utf8')).toBe(before);

  // The environment overrides the setting, which systemd's credentials need.
  const elsewhere = writePassphrase(`${home}/run`, 'correct horse battery');
  newProcess(home, keychain, { KEYTURN_PASSPHRASE_FILE: elsewhere });
  expect(await readHome(home)).toEqual({ read: everything, warnings: [] });
});

test('the protection of the key can be changed, and the old protection then opens nothing', async ({ home }) => {
  test.slow();
  const keychain = await keychainHome(home);
  const old = writePassphrase(home, 'the first passphrase', 'old');
  const next = writePassphrase(home, 'the second passphrase', 'new');
  for (const path of [old, next]) {
    await encryptHome(home, { by: 'passphrase', path }, options);
    expect(keychain.entries.size).toBe(0);
    newProcess(home, keychain);
    expect((await readHome(home)).read).toEqual(everything);
  }
  newProcess(home, keychain, { KEYTURN_PASSPHRASE_FILE: old });
  await expect(readKeyRecord(accountPaths(home, 'work'))).rejects.toMatchObject({ code: 'KT925' });
  newProcess(home, keychain);
  await encryptHome(home, { by: 'keychain' }, options);
  newProcess(home, keychain);
  expect((await readHome(home)).read).toEqual(everything);
  expect(keychain.entries.size).toBe(1);
});

test('a passphrase file must be complete and readable only by its owner', async ({ home }) => {
  const path = writePassphrase(home, 'correct horse battery');
  expect(await readPassphraseFile(path, {})).toBe('correct horse battery');
  for (const mode of [0o640, 0o604, 0o660]) {
    chmodSync(path, mode);
    await expect(readPassphraseFile(path, {})).rejects.toMatchObject({ code: 'KT923', hint: expect.stringContaining('chmod 600') }); // prettier-ignore
  }
  for (const text of ['', '   ', 'short', 'x'.repeat(5000)]) {
    const bad = writePassphrase(home, text, `bad-${text.length}`);
    await expect(readPassphraseFile(bad, {})).rejects.toMatchObject({ code: 'KT923' });
  }
  for (const absent of [`${home}/nowhere`, home]) {
    await expect(readPassphraseFile(absent, {})).rejects.toMatchObject({ code: 'KT923' });
  }
});

test('an unfinished rotation survives a change of encryption', async ({ home }) => {
  await keychainHome(home);
  expect((await readIntent(accountPaths(home, 'work')))?.answer?.key).toBe('sk-new-0123456789ab');
});

test('an export opens only with its passphrase, and a changed export is refused', async () => {
  // Deriving a key from a passphrase is slow on purpose, and slower on a busy machine.
  test.slow();
  const account = { version: 1, name: 'work', site: 'iflow', enabled: true, method: 'auto', createdAt: 'x' } as const;
  const content = { version: 1, account: { ...account, later: 1 }, key: record, session: checkpoint } as const;
  const text = await sealExport(content, 'correct horse battery', 0);
  expect(text).not.toContain('sk-');
  expect(await openExport(text, 'f', 'correct horse battery')).toEqual(content);
  await expect(openExport(text, 'f', 'wrong horse battery')).rejects.toMatchObject({ code: 'KT925' });
  const file = JSON.parse(text) as Record<string, unknown>;
  for (const [change, code] of [
    [{ data: `AAAA${String(file['data']).slice(4)}` }, 'KT928'],
    [{ kdf: { name: 'scrypt', ...exportCost, N: 2 ** 30, salt: '' } }, 'KT928'],
    [{ keyturn: 'encrypted' }, 'KT928'],
  ] as const) {
    const changed = JSON.stringify({ ...file, ...change });
    await expect(openExport(changed, 'f', 'correct horse battery')).rejects.toMatchObject({ code });
  }
});
