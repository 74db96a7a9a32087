import { chmodSync, copyFileSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { examineSecrets } from '../../../../src/app/change-secrets.js';
import { isDue } from '../../../../src/core/is-due.js';
import { readCheckpointFacts, writeCheckpoint } from '../../../../src/store/checkpoints.js';
import { accountPaths } from '../../../../src/store/home.js';
import {
  hasIntent,
  prepareKeyWrite,
  readIntent,
  readKeyFacts,
  readKeyRecord,
  writeKeyRecord,
} from '../../../../src/store/key-records.js';
import { readPassphraseFile } from '../../../../src/store/secrets/passphrase.js';
import { openExport, sealExport } from '../../../../src/store/secrets/account-export.js';
import { encryptFor } from '../../../../src/store/secrets/age.js';
import { expect, test } from '../temp-home.js';
import {
  checkpoint,
  decryptHome,
  encryptHome,
  everything,
  filesInTheClear,
  fillHome,
  MemoryKeychain,
  newProcess,
  readHome,
  record,
  writePassphrase,
} from './secrets-world.js';

async function keychainHome(home: string, accounts: readonly string[] = ['work']) {
  const keychain = new MemoryKeychain();
  newProcess(home, keychain);
  await fillHome(home, accounts);
  await encryptHome(home, { by: 'keychain' });
  newProcess(home, keychain);
  return keychain;
}

test('encrypted records are read back unchanged, and no file contains a secret', async ({ home }) => {
  const keychain = new MemoryKeychain();
  newProcess(home, keychain);
  await fillHome(home, ['work', 'lab']);
  const leftover = `${accountPaths(home, 'work').folder}/.key.json.4711.abc.tmp`;
  writeFileSync(leftover, JSON.stringify(record), { mode: 0o600 });
  expect(filesInTheClear(home)).toHaveLength(11);
  expect(await encryptHome(home, { by: 'keychain' })).toEqual({ rewritten: 6, accounts: 2, left: [] });
  expect(filesInTheClear(home)).toEqual([]);
  newProcess(home, keychain);
  for (const name of ['work', 'lab']) expect(await readHome(home, name)).toEqual({ read: everything, warnings: [] });
  // New writes are encrypted, too.
  await writeKeyRecord(accountPaths(home, 'work'), record);
  await writeKeyRecord(accountPaths(home, 'fresh'), record);
  expect(filesInTheClear(home)).toEqual([]);
  const secret = [...keychain.entries.values()][0] ?? '';
  for (const file of [`${home}/identity.json`, accountPaths(home, 'work').key]) {
    expect(readFileSync(file, 'utf8')).not.toContain(secret);
  }
});

test('the due check and the status need no identity', async ({ home }) => {
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

test('a locked keychain is detected before a key is rotated, and a key is written in spite of it', async ({ home }) => {
  const keychain = await keychainHome(home);
  const paths = accountPaths(home, 'fresh');
  keychain.isLocked = true;
  await expect(prepareKeyWrite(paths)).rejects.toMatchObject({ code: 'KT921' });
  await expect(readKeyRecord(accountPaths(home, 'work'))).rejects.toMatchObject({ code: 'KT921' });
  await writeKeyRecord(paths, record);
  expect(filesInTheClear(home)).toEqual([]);
  keychain.isLocked = false;
  await prepareKeyWrite(paths);
  keychain.isLocked = true;
  expect(await readKeyRecord(paths)).toEqual(record);
});

test('a new key is written encrypted when identity.json cannot be read any more', async ({ home }) => {
  await keychainHome(home);
  const paths = accountPaths(home, 'fresh');
  await prepareKeyWrite(paths);
  for (const name of ['identity.json', 'identity.json.bak']) truncateSync(`${home}/${name}`, 9);
  await writeKeyRecord(paths, record);
  expect(readFileSync(paths.key, 'utf8')).toContain('AGE ENCRYPTED FILE');
  expect(filesInTheClear(home)).toEqual([]);
});

test('a plain record among encrypted ones is refused, until it is encrypted', async ({ home }) => {
  const plain = `${home}/plain`;
  await fillHome(plain);
  await keychainHome(`${home}/on`);
  const [from, to] = [accountPaths(plain, 'work'), accountPaths(`${home}/on`, 'work')];
  for (const end of ['', '.bak']) copyFileSync(from.key + end, to.key + end);
  await expect(readKeyRecord(to)).rejects.toMatchObject({ code: 'KT930', message: expect.stringContaining(to.key) });
  // The facts of the record decide whether a key is due, and are what the status shows.
  await expect(readKeyFacts(to)).rejects.toMatchObject({ code: 'KT930' });
  expect(readFileSync(to.key, 'utf8')).toBe(readFileSync(from.key, 'utf8'));
  await encryptHome(`${home}/on`, { by: 'keychain' });
  expect(await readKeyRecord(to)).toEqual(record);
  expect(filesInTheClear(`${home}/on`)).toEqual([]);
});

test('a home with encrypted records and without identity.json writes nothing in the clear', async ({ home }) => {
  const keychain = await keychainHome(home);
  for (const name of ['identity.json', 'identity.json.bak']) rmSync(`${home}/${name}`);
  newProcess(home, keychain);
  const paths = accountPaths(home, 'fresh');
  const refusal = { code: 'KT926', message: expect.stringContaining('no identity.json') };
  await expect(prepareKeyWrite(paths)).rejects.toMatchObject(refusal);
  await expect(writeCheckpoint(paths, checkpoint)).rejects.toMatchObject(refusal);
  await expect(writeKeyRecord(paths, record)).rejects.toMatchObject(refusal);
  expect(filesInTheClear(home)).toEqual([]);
  expect((await examineSecrets(home)).error).toMatchObject(refusal);
});

test('a home that keyturn 0.1.0 has encrypted is refused and left unchanged', async ({ home }) => {
  const paths = accountPaths(home, 'work');
  await fillHome(home);
  const old = { keyturn: 'encrypted', v: 1, alg: 'A256GCM', kid: 'feed', role: 'key', account: 'work', facts: {} };
  const files = [paths.key, `${paths.key}.bak`, `${home}/encryption.json`];
  for (const file of files) writeFileSync(file, JSON.stringify(old), { mode: 0o600 });
  const left = () => readdirSync(home, { recursive: true, encoding: 'utf8' }).map(String).sort();
  const before = left();
  const attempts = [
    () => readKeyRecord(paths),
    () => readKeyFacts(paths),
    () => prepareKeyWrite(paths),
    () => encryptHome(home, { by: 'keychain' }),
    () => decryptHome(home),
  ];
  for (const attempt of attempts) {
    await expect(attempt()).rejects.toMatchObject({ code: 'KT931', hint: expect.stringContaining('secrets decrypt') });
  }
  expect(left()).toEqual(before);
  for (const file of files) expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(old);
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
  const whole = JSON.parse(readFileSync(lab.key, 'utf8')) as Record<string, string>;
  const [first = '', ...rest] = (whole['age'] ?? '').split('\n');
  const changes: Record<string, unknown>[] = [
    { facts: { current: { obtainedAt: '2026-03-01T10:00:00.000Z', expiresAt: '2027-01-01T00:00:00.000Z' } } },
    { age: [first, ...rest.with(5, 'A'.repeat(64))].join('\n') },
    { age: [first, ...rest.slice(2)].join('\n') },
    { age: 'AAAA' },
    { recipient: '' },
    { version: 2 },
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
  await writeKeyRecord(paths, record, ({ en }) => told.push(en));
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
  const [name = ''] = keychain.entries.keys();
  const other = `AGE-SECRET-KEY-1${'Q'.repeat(58)}`;
  for (const value of [undefined, '', other]) {
    if (value === undefined) keychain.entries.delete(name);
    else keychain.entries.set(name, value);
    await expect(readKeyRecord(accountPaths(home, 'work'))).rejects.toMatchObject({ code: 'KT926' });
  }
});

test('a passphrase file can replace the keychain, and a wrong passphrase changes nothing', async ({ home }) => {
  test.slow();
  const keychain = new MemoryKeychain();
  keychain.isLocked = true;
  newProcess(home, keychain);
  await fillHome(home);
  const path = writePassphrase(home, 'correct horse battery');
  await encryptHome(home, { by: 'passphrase', path });
  newProcess(home, keychain);
  expect(await readHome(home)).toEqual({ read: everything, warnings: [] });

  newProcess(home, keychain);
  writePassphrase(home, 'another passphrase');
  const before = readFileSync(accountPaths(home, 'work').key, 'utf8');
  await expect(readKeyRecord(accountPaths(home, 'work'))).rejects.toMatchObject({ code: 'KT923' });
  await expect(decryptHome(home)).rejects.toMatchObject({ code: 'KT923' });
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
    await encryptHome(home, { by: 'passphrase', path });
    expect(keychain.entries.size).toBe(0);
    newProcess(home, keychain);
    expect((await readHome(home)).read).toEqual(everything);
  }
  newProcess(home, keychain, { KEYTURN_PASSPHRASE_FILE: old });
  await expect(readKeyRecord(accountPaths(home, 'work'))).rejects.toMatchObject({ code: 'KT923' });
  newProcess(home, keychain);
  await encryptHome(home, { by: 'keychain' });
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
  const content = {
    keyturn: 'account-export',
    version: 1,
    account: { ...account, later: 1 },
    key: record,
    session: checkpoint,
  } as const;
  const passphrase = 'a fine caf\u00e9 for horses';
  const text = await sealExport(content, passphrase);
  expect(text).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/);
  expect(await openExport(text, 'f', passphrase.normalize('NFD'))).toEqual(content);
  await expect(openExport(text, 'f', 'wrong horse battery')).rejects.toMatchObject({ code: 'KT923' });
  const lines = text.split('\n');
  const others = [
    lines.with(5, 'A'.repeat(64)).join('\n'),
    lines.slice(0, 8).join('\n'),
    '{"keyturn":"account-export","v":1}',
    await encryptFor({ passphrase }, 'AGE-SECRET-KEY-1'),
    await encryptFor({ passphrase }, JSON.stringify({ ...content, keyturn: 'age' })),
  ];
  for (const other of others) {
    await expect(openExport(other, 'f', passphrase)).rejects.toMatchObject({ code: 'KT230' });
  }
});
