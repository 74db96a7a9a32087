import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dayMs, expect, expectRun, phone, test, type World } from '../support/world.js';

const hourMs = 3_600_000;
const oldKey = 'sk-old0old0old0old0';
const keyOf = (world: World) => world.simulator.console.truth(phone).currentKey ?? '';
const consumer = (world: World, name: string) => {
  mkdirSync(join(world.home, 'app'), { recursive: true });
  return join(world.home, 'app', name);
};
const target = (world: World, ...args: string[]) => world.inProcess('account', 'target', 'add', 'work', ...args);
const script = (world: World, name: string, text: string) => {
  const path = consumer(world, name);
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
};

test('a renewed key is delivered to every kind of target, and nothing else changes', async ({ world }) => {
  await world.addImported();
  const env = consumer(world, '.env');
  const json = consumer(world, 'openclaw.json');
  const yaml = consumer(world, 'app.yaml');
  writeFileSync(env, `# mine\r\nexport IFLOW_API_KEY="${oldKey}" # key\r\nB=1`, { mode: 0o640 });
  writeFileSync(
    json,
    `{ // my gateway\n  models: { providers: { iflow: { baseUrl: 'https://x', apiKey: '${oldKey}', }, }, },\n}\n`,
  );
  writeFileSync(yaml, `llm:\n    key: ${oldKey}   # rotates\n`);
  const sink = consumer(world, 'sink');
  const program = script(
    world,
    'take',
    `cat > '${sink}'; echo "$@" >> '${sink}.args'; env | grep KEYTURN_ > '${sink}.env'`,
  );
  expectRun(await world.cli('account', 'target', 'add', 'work', 'env', env), 0, /delivered to env: IFLOW_API_KEY in /);
  expectRun(await target(world, 'openclaw', json), 0);
  expectRun(await target(world, 'yaml', yaml, '--at', 'llm.key'), 0);
  expectRun(await target(world, 'command', '--', program, 'one', 'two words'), 0);

  expectRun(await world.cli('refresh'), 0, /delivered to command/);
  const key = keyOf(world);
  expect(readFileSync(env, 'utf8')).toBe(`# mine\r\nexport IFLOW_API_KEY="${key}" # key\r\nB=1`);
  expect(statSync(env).mode & 0o777).toBe(0o640);
  expect(readFileSync(json, 'utf8')).toBe(
    `{ // my gateway\n  models: { providers: { iflow: { baseUrl: 'https://x', apiKey: "${key}", }, }, },\n}\n`,
  );
  expect(readFileSync(yaml, 'utf8')).toBe(`llm:\n    key: ${key}   # rotates\n`);
  expect(readFileSync(sink, 'utf8')).toBe(key);
  expect(readFileSync(`${sink}.args`, 'utf8')).toBe('one two words\n');
  expect(readFileSync(`${sink}.env`, 'utf8')).toContain('KEYTURN_ACCOUNT=work');
  expectRun(await world.cli('deliver', '--check'), 0, /env: holds the current key: /);
  expect(await world.read('work', 'deliveries.json')).not.toContain(key);
  expect(statSync(join(world.home, 'accounts/work/deliveries.json')).mode & 0o777).toBe(0o600);
});

test('a target that cannot take the key blocks the renewal until the old key is about to expire', async ({ world }) => {
  await world.addImported();
  const json = consumer(world, 'settings.json');
  const env = consumer(world, '.env');
  writeFileSync(json, '{}');
  expectRun(await target(world, 'json', json, '--at', '/apiKey', '--name', 'cli'), 0);
  expectRun(await target(world, 'env', env), 0);
  expectRun(await world.cli('refresh'), 0);
  expect(statSync(env).mode & 0o777).toBe(0o600);
  world.simulator.clock.advance(4 * dayMs);

  writeFileSync(json, '{ "apiKey": ');
  const before = readFileSync(env, 'utf8');
  expectRun(
    await world.cli('refresh'),
    1,
    /No new key was made\. The current key works until .*next: keyturn deliver work --check/s,
  );
  expect(await world.json('work', 'last-run.json')).toMatchObject({ code: 'KT901' });
  expect(world.simulator.console.truth(phone).rotations).toBe(1);
  expect([readFileSync(json, 'utf8'), readFileSync(env, 'utf8')]).toEqual(['{ "apiKey": ', before]);
  expectRun(await world.inProcess('refresh', '--dry-run', '--method', 'http'), 1, /KT901/);
  expectRun(await world.inProcess('doctor', '--offline'), 1, /delivery cli\s+it cannot take a new key/);

  world.simulator.clock.advance(3 * dayMs - 2 * hourMs);
  expectRun(await world.cli('refresh'), 1, /old one is dead or dying.*KT905/s);
  expect(world.simulator.console.truth(phone).rotations).toBe(2);
  expect(readFileSync(env, 'utf8')).toContain(keyOf(world));
  expect(readFileSync(json, 'utf8')).toBe('{ "apiKey": ');
});

test('a failed delivery is reported and retried with back-off, without another rotation', async ({ world }) => {
  await world.addImported();
  const gate = consumer(world, 'gate');
  const log = consumer(world, 'log');
  const program = script(
    world,
    'take',
    `echo run >> '${log}'; read key; [ -e '${gate}' ] || { echo "no $key" >&2; exit 9; }; echo got >> '${log}'`,
  );
  expectRun(await target(world, 'command', '--name', 'gateway', '--', program), 0);
  const runs = () =>
    readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => line === 'run').length;
  expectRun(await world.cli('refresh'), 1, /gateway: .* ended with exit code 9; its last words: no •••.*KT905/s);
  const card = () =>
    world.simulator.feishu
      .messages()
      .map((message) => world.simulator.feishu.cardText(message))
      .join('\n');
  expect(card()).toMatch(/未送达：gateway：.*keyturn deliver work/s);
  expect(card()).not.toContain(keyOf(world));

  // During the back-off a run that is not due does not try the delivery again.
  expectRun(await world.cli('refresh'), 0, /not due/);
  expect(runs()).toBe(1);
  expectRun(await world.inProcess('status'), 0, /NOT DELIVERED: gateway: .*tried once.*next: keyturn deliver work/s);
  expectRun(await world.cli('deliver', '--check'), 1, /does not hold the current key/);
  world.simulator.clock.advance(2 * 60_000);
  expectRun(await world.cli('refresh'), 1, /KT905/);
  expect(runs()).toBe(2);
  expect(world.simulator.feishu.messages()).toHaveLength(1);

  writeFileSync(gate, '');
  expectRun(await world.cli('deliver'), 0, /gateway: delivered/);
  expect(readFileSync(log, 'utf8')).toMatch(/got\n$/);
  expect(card()).toContain('密钥已全部送达');
  expectRun(await world.cli('deliver'), 0, /gateway: already there/);
  expect(runs()).toBe(3);
  expect(world.simulator.console.truth(phone).rotations).toBe(1);
  const files = await world.files();
  for (const { path, text } of files.filter(({ path }) => !/key\.json/.test(path)))
    expect(text, path).not.toContain(keyOf(world));
});

test('after a run is killed before delivery, the next run delivers', async ({ world }) => {
  await world.addImported();
  const env = consumer(world, '.env');
  const pid = consumer(world, 'pid');
  const program = script(world, 'hang', `echo $PPID > '${pid}.tmp'; mv '${pid}.tmp' '${pid}'; exec sleep 60`);
  expectRun(await target(world, 'command', '--name', 'first', '--', program), 0);
  expectRun(await target(world, 'env', env), 0);
  const run = world.start('refresh');
  await expect.poll(() => existsSync(pid)).toBe(true);
  run.process.kill('SIGKILL');
  await run.ended;
  expect(existsSync(env)).toBe(false);
  writeFileSync(program, '#!/bin/sh\n');
  expectRun(await world.inProcess('status'), 0, /was not delivered yet to env/);
  expectRun(await world.cli('refresh'), 0, /delivered to env/);
  expect(readFileSync(env, 'utf8')).toBe(`IFLOW_API_KEY=${keyOf(world)}\n`);
  expect(world.simulator.console.truth(phone).rotations).toBe(1);
});

test('hooks run in order, and a failing hook is reported but stops nothing', async ({ world }) => {
  await world.addImported();
  const log = consumer(world, 'log');
  const hook = script(
    world,
    'hook',
    `echo "$KEYTURN_EVENT $KEYTURN_OUTCOME dry=$KEYTURN_DRY_RUN code=$KEYTURN_ERROR_CODE" >> '${log}'; env | grep -c sk- >> '${log}'; [ "$KEYTURN_EVENT" != before ]`,
  );
  for (const event of ['before', 'renewed', 'failed']) {
    await world.prepare('account', 'hook', 'set', 'work', event, '--', hook);
  }
  expectRun(await world.cli('refresh', '--dry-run', '--run-hooks', '--method', 'http'), 0, /the hook renewed finished/);
  expect(readFileSync(log, 'utf8')).toBe('before rehearsed dry=1 code=\n0\nrenewed rehearsed dry=1 code=\n0\n');
  writeFileSync(log, '');
  expectRun(await world.cli('refresh'), 0, /The hook "before" failed: .* ended with exit code 1\. \[KT904\]/);
  expect(readFileSync(log, 'utf8')).toBe('before  dry=0 code=\n0\nrenewed renewed dry=0 code=\n0\n');
  expectRun(await world.cli('refresh'), 0, /not due/);
  world.simulator.console.weather.set({ gone: true });
  writeFileSync(log, '');
  expectRun(await world.cli('refresh', '--force'), 1, /KT605/);
  expect(readFileSync(log, 'utf8')).toBe('before  dry=0 code=\n0\nfailed gone dry=0 code=KT605\n0\n');
});

test('the watch delivers the key once the target accepts it again', async ({ world }) => {
  const watchSettings = { watch: { quietHours: 'off', jitter: '0s' } };
  writeFileSync(join(world.home, 'settings.json'), JSON.stringify(watchSettings), { mode: 0o600 });
  await world.addImported();
  const json = consumer(world, 'settings.json');
  writeFileSync(json, '{}');
  expectRun(await target(world, 'iflow-cli', json), 0);
  writeFileSync(json, '[]');
  // There is no key yet, so the broken target does not block the renewal.
  expectRun(await world.cli('refresh'), 1, /KT905/);
  writeFileSync(json, '{}');
  world.simulator.clock.advance(2 * 60_000);
  const watch = world.start('watch');
  await expect.poll(() => readFileSync(json, 'utf8'), { timeout: 30_000 }).toBe(`{ "apiKey": "${keyOf(world)}" }`);
  watch.process.kill('SIGTERM');
  expectRun(await watch.ended, 0);
  expect(world.simulator.console.truth(phone).rotations).toBe(1);
});

test('invalid targets and hooks are refused at once', async ({ world }) => {
  await world.addImported();
  const json = consumer(world, 'openclaw.json');
  writeFileSync(json, '{"models": {"providers": {}}}');
  for (const [args, exitCode, text] of [
    [['openclaw', json], 1, /KT902.*/],
    [['env', join(world.home, 'nowhere', '.env')], 1, /KT902/],
    [['json', json], 2, /--at/],
    [['json', json, '--at', 'a..b'], 2, /neither a JSON pointer/],
    [['env', '--variable', 'A-B'], 2, /cannot be the name of an environment variable/],
    [['ftp', json], 2, /not a kind of target/],
    [['command', '--', 'no-such-program-here'], 1, /KT904.*/],
    [['command', '--timeout', 'soon', '--', 'true'], 2, /timeout is not a duration/],
    [['env', join(world.home, 'accounts', 'work', 'key.json')], 2, /keyturn's own files/],
  ] as const) {
    expectRun(await target(world, ...args), exitCode, text);
  }
  expectRun(await world.inProcess('deliver', 'work'), 2, /has no target yet/);
  expectRun(await world.inProcess('account', 'hook', 'set', 'work', 'after', '--', 'true'), 2, /not an event/);
  expectRun(await target(world, 'env', '--name', 'x'), 0);
  expectRun(await target(world, 'env', '--name', 'x'), 2, /KT101/);
  expectRun(await world.inProcess('account', 'target', 'remove', 'work', 'y'), 2, /KT101.*/);
  expectRun(await world.cli('account', 'target', 'remove', 'work', 'x'), 0);
  expect(await world.json('work', 'account.json')).not.toHaveProperty('targets');
});

test('what is not an old key is neither replaced nor called delivered, unless the owner insists', async ({ world }) => {
  await world.addImported();
  expectRun(await world.cli('refresh'), 0);
  const key = keyOf(world);
  for (const [file, text, kind, options] of [
    ['ha.yaml', 'llm:\n  api_key: !secret iflow_key\n', 'yaml', ['--at', 'llm.api_key']],
    ['op.env', 'IFLOW_API_KEY="op://Private/iflow/key"\n', 'env', []],
    ['ref.env', 'IFLOW_API_KEY=${OTHER}\nOTHER=x\n', 'env', []],
    [
      'sops.yaml',
      'llm:\n    key: ENC[AES256_GCM,data:8Vd0]\nsops:\n    mac: ENC[AES256_GCM,data:zz]\n',
      'yaml',
      ['--at', 'llm.key'],
    ],
    [
      'k8s-secret.yaml',
      'kind: Secret\ndata:\n  IFLOW_API_KEY: c2stb2xk\n',
      'yaml',
      ['--at', 'data.IFLOW_API_KEY', '--name', 'k'],
    ],
  ] as const) {
    const path = consumer(world, file);
    writeFileSync(path, text, { mode: 0o600 });
    expectRun(await target(world, kind, path, ...options), 1, /KT902/);
    expectRun(await target(world, kind, path, ...options, '--replace'), 1, /KT902/);
    expect(readFileSync(path, 'utf8')).toBe(text);
  }

  const bearer = consumer(world, 'bearer.json');
  writeFileSync(bearer, `{"headers":{"Authorization":"Bearer ${oldKey}"}}`, { mode: 0o600 });
  expectRun(await target(world, 'json', bearer, '--at', 'headers.Authorization'), 0);
  const env = consumer(world, 'app.env');
  writeFileSync(env, 'IFLOW_API_KEY=changeme\n', { mode: 0o600 });
  const next = `keyturn account target add work env ${env} --replace`;
  const refused = await target(world, 'env', env);
  expectRun(refused, 1, /holds a text of 8 characters that is no known key/);
  expect(refused.stderr).toContain(`next: ${next}\n`);
  writeFileSync(env, '', { mode: 0o600 });
  expectRun(await target(world, 'env', env), 0);
  writeFileSync(env, 'IFLOW_API_KEY=changeme\n');
  expectRun(await world.inProcess('deliver', 'work'), 1, /KT905/);
  expectRun(await world.inProcess('deliver', 'work', '--check'), 1, /env: does not hold the current key/);
  expectRun(await world.cli('deliver', 'work', '--replace'), 0, /env: delivered/);
  expectRun(await world.inProcess('deliver', 'work', '--check'), 0);
  expect(readFileSync(env, 'utf8')).toBe(`IFLOW_API_KEY=${key}\n`);
  expect(readFileSync(bearer, 'utf8')).toBe(`{"headers":{"Authorization":"Bearer ${key}"}}`);
});

test('a program gets the key as it is, with --newline a line', async ({ world }) => {
  await world.addImported();
  const got = consumer(world, 'got');
  expectRun(
    await target(world, 'command', '--newline', '--', 'sh', '-c', `cat > '${got}'`),
    0,
    /and a newline on stdin/,
  );
  expectRun(await target(world, 'command', '--newline', '--pass', 'env', '--', 'true'), 2, /--newline is only for/);
  expectRun(await target(world, 'command', '--in-place', '--', 'true'), 2, /--in-place is only for/);
  expectRun(await world.cli('refresh'), 0);
  expect(readFileSync(got, 'utf8')).toBe(`${keyOf(world)}\n`);
});

test('a file that others can read is named at once and by doctor', async ({ world }) => {
  await world.addImported();
  const env = consumer(world, 'open.env');
  writeFileSync(env, '');
  chmodSync(env, 0o644);
  expectRun(await target(world, 'env', env, '--in-place'), 0, /warning: .*open\.env .*mode 0644.*next: chmod 600 /s);
  const { ino } = statSync(env);
  expectRun(await world.cli('refresh'), 0);
  expect(statSync(env).ino).toBe(ino);
  expectRun(await world.inProcess('doctor', '--offline'), 1, /delivery env\s+.*mode 0644/);
});
