import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dayMs, expect, expectRun, phone, test, type World } from '../support/world.js';
import { jsonAnswer } from '../support/json-answer.js';
import { long } from '../support/long-form.js';

test.use({ hasFeishu: false });

interface Envelope {
  keyturn: string;
  facts: { current?: { expiresAt?: string } };
}

async function passphraseFile(world: World, text = 'correct horse battery staple', name = 'passphrase') {
  const path = join(world.home, name);
  await writeFile(path, `${text}\n`, { mode: 0o600 });
  return path;
}

/** Adds an account with a key, deletes its secrets file, and encrypts the home. */
async function encryptedWorld(world: World) {
  await world.addImported();
  await world.prepare('refresh');
  await rm(join(world.home, 'work-secrets.json'));
  const cookies = (await world.json<{ cookies: { value: string }[] }>('work', 'session.json')).cookies;
  const path = await passphraseFile(world);
  expectRun(await world.cli('secrets', 'encrypt', '--passphrase-file', path), 0, /2 records of 1 account/);
  return { passphrase: path, secrets: cookies.map((cookie) => cookie.value).filter((value) => value.length > 8) };
}

async function filesWith(world: World, secrets: readonly string[]): Promise<string[]> {
  const files = await world.files();
  return files.filter(({ text }) => secrets.some((secret) => text.includes(secret))).map(({ path }) => path);
}

test('an encrypted account works as before, and no file has its key in plain text', async ({ world }) => {
  const { secrets } = await encryptedWorld(world);
  const first = world.simulator.console.truth(phone).currentKey ?? '';
  expect(secrets.length).toBeGreaterThan(0);
  expect(await filesWith(world, [first, ...secrets])).toEqual([]);
  expectRun(await world.cli('refresh'), 0, /not due/);
  expectRun(await world.cli('refresh', '--force'), 0, /renewed over HTTP/);

  const { currentKey, rotations } = world.simulator.console.truth(phone);
  expect(rotations).toBe(2);
  expect((await world.cli('key')).stdout).toBe(`${currentKey}\n`);
  const script = 'process.stdout.write(process.env.IFLOW_API_KEY)';
  expect((await world.cli('exec', 'work', '--', process.execPath, '-e', script)).stdout.trim()).toBe(currentKey);
  expectRun(await world.cli('secrets', 'status'), 0, /encryption: on .*4 encrypted, 0 not encrypted/s);
  expect(await filesWith(world, [first, currentKey ?? '', ...secrets])).toEqual([]);

  expectRun(await world.cli('secrets', 'decrypt', '--yes'), 0, /2 records of 1 account were decrypted/);
  expect((await world.json<{ current: { key: string } }>('work', 'key.json')).current.key).toBe(currentKey);
  expectRun(await world.cli('secrets'), 0, /encryption: off/);
});

test('without the passphrase a renewal stops before it rotates', async ({ world }) => {
  const { passphrase } = await encryptedWorld(world);
  const before = (await world.json<Envelope>('work', 'key.json')).facts.current;
  const cases = [
    ['does not open', () => writeFile(passphrase, 'another passphrase\n')],
    ['there is no such file', () => rm(passphrase)],
  ] as const;
  for (const [problem, spoil] of cases) {
    await spoil();
    expectRun(await world.cli('refresh', '--force'), 2, new RegExp(`${problem}.*KT923`));
  }
  expectRun(await world.cli('refresh'), 0, /not due/);
  const { accounts } = jsonAnswer('status', await world.inProcess('status', '--json'));
  expect(accounts).toMatchObject([
    { key: 'valid', expiresAt: before?.expiresAt, lastRun: { error: { code: 'KT923' } } },
  ]);
  expectRun(await world.cli('key'), 2, /KT923/);

  // A new account has nothing to decrypt, but its files must be encrypted.
  const { cookieHeader, xsrf } = world.simulator.console.issueSession(phone);
  await writeFile(join(world.home, 'new.json'), JSON.stringify({ cookie: cookieHeader, xsrf }), { mode: 0o600 });
  expectRun(await world.cli('account', 'import', join(world.home, 'new.json'), '--name', 'new'), 2, /KT923/);

  expect(world.simulator.console.truth(phone).rotations).toBe(1);
  await passphraseFile(world);
  expectRun(await world.cli('refresh', '--force'), 0, /renewed/);
});

test('a delivery that cannot decrypt the key is reported and made later', long, async ({ world }) => {
  const { passphrase } = await encryptedWorld(world);
  const consumer = join(world.home, 'consumer.env');
  await world.prepare('account', 'target', 'add', 'work', 'env', consumer, '--variable', 'KEY');
  await rm(consumer, { force: true });
  const deliveries = join(world.home, 'accounts/work/deliveries.json');
  await rm(deliveries, { force: true });
  await rm(passphrase);
  expectRun(await world.cli('refresh'), 2, /KT923/);
  const { accounts } = jsonAnswer('status', await world.inProcess('status', '--json'));
  expect(accounts).toMatchObject([{ key: 'valid', undelivered: [{ target: 'env' }] }]);

  await passphraseFile(world);
  expectRun(await world.cli('refresh'), 0, /delivered to env/);
  const { currentKey, rotations } = world.simulator.console.truth(phone);
  expect(await readFile(consumer, 'utf8')).toBe(`KEY=${currentKey}\n`);
  expect(rotations).toBe(1);
});

test('an imported account runs no program until it is switched on', long, async ({ world }) => {
  await world.addImported();
  await world.prepare('refresh');
  const ran = join(world.home, 'ran');
  await world.prepare('account', 'hook', 'set', 'work', 'before', '--', 'sh', '-c', `echo before >> ${ran}`);
  await world.prepare('account', 'target', 'add', 'work', 'command', '--', 'sh', '-c', `cat >> ${ran}`);
  const passphrase = await passphraseFile(world, 'a passphrase for the journey');
  const out = join(world.home, 'work.export');
  await world.prepare('account', 'export', 'work', '--out', out, '--passphrase-file', passphrase, '--disable');

  const elsewhere = join(world.home, 'elsewhere');
  await mkdir(elsewhere, { mode: 0o700 });
  const there = (...words: string[]) => world.startWith({ KEYTURN_HOME: elsewhere }, ...words).ended;
  const imported = await there('account', 'import', '--encrypted', out, '--passphrase-file', passphrase);
  expectRun(
    imported,
    0,
    /hook before is off.*hook enable work before.*target command is off.*target enable work command/s,
  );
  world.simulator.clock.advance(4 * dayMs);
  expectRun(await there('refresh'), 0, /renewed over HTTP/);
  await expect(readFile(ran)).rejects.toThrow(/ENOENT/);
  expectRun(await there('status'), 0, /hook before is off/);
  expect((await there('doctor', '--offline')).stdout).toMatch(/target command is off/);
  expectRun(await there('account', 'hook', 'list', 'work'), 0, /\(off\)/);

  expectRun(await there('account', 'hook', 'enable', 'work', 'before'), 0, /is on/);
  expectRun(await there('account', 'target', 'enable', 'work', 'command'), 0, /is on/);
  expectRun(await there('account', 'target', 'enable', 'work', 'other'), 2, /has no "other"/);
  expectRun(await there('refresh', '--force'), 0, /delivered to command/);
  expect(await readFile(ran, 'utf8')).toBe(`before\n${world.simulator.console.truth(phone).currentKey}`);
  expect((await there('status')).stdout).not.toContain('is off');
});

test('an account exported with --disable is renewed only on the machine that imports it', long, async ({ world }) => {
  await world.addImported();
  await world.prepare('refresh');
  const passphrase = await passphraseFile(world, 'a passphrase for the journey');
  const out = join(world.home, 'work.export');
  const args = ['account', 'export', 'work', '--out', out, '--passphrase-file', passphrase];
  expectRun(await world.cli(...args, '--disable'), 0, /work is disabled/);
  expect((await stat(out)).mode & 0o777).toBe(0o600);
  const exported = await readFile(out, 'utf8');
  const { currentKey } = world.simulator.console.truth(phone);
  expect(exported).not.toContain(currentKey);
  expectRun(await world.inProcess(...args), 2, /already exists/);
  expect(await readFile(out, 'utf8')).toBe(exported);
  expectRun(await world.inProcess('status'), 0, /disabled/);

  const elsewhere = join(world.home, 'elsewhere');
  await mkdir(elsewhere, { mode: 0o700 });
  const there = (...words: string[]) => world.startWith({ KEYTURN_HOME: elsewhere }, ...words).ended;
  const importing = (file: string, phrase: string) =>
    there('account', 'import', '--encrypted', file, '--passphrase-file', phrase);
  const wrong = await passphraseFile(world, 'not the passphrase', 'wrong');
  expectRun(await importing(out, wrong), 2, /does not open.*KT923/);
  const changed = join(world.home, 'changed.export');
  await writeFile(changed, exported.split('\n').with(5, 'A'.repeat(64)).join('\n'));
  expectRun(await importing(changed, passphrase), 2, /KT230/);
  expectRun(await there('account', 'list'), 0, /no account yet/);

  expectRun(await importing(out, passphrase), 0, /work was imported: key, session, history/);
  expect((await there('key')).stdout).toBe(`${currentKey}\n`);
  world.simulator.clock.advance(4 * dayMs);
  expectRun(await there('refresh'), 0, /renewed over HTTP/);
  expect((await there('history', '--json')).stdout).toMatch(/key-published.*imported.*key-published/s);
});
