import { readFile, stat, writeFile, chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { dayMs, expect, expectRun, phone, test } from '../support/world.js';
import { jsonAnswer } from '../support/json-answer.js';

test('the help names every command and the exit codes', async ({ world }) => {
  const run = await world.cli('--help');
  expectRun(run, 0);
  for (const command of [
    'login|headed',
    'refresh|renew',
    'unblock',
    'schedule',
    'status',
    'key',
    'exec',
    'account',
    'notify',
    'history',
    'config',
    'doctor',
    'logout',
    'completion',
  ]) {
    expect(run.stdout).toContain(`\n  ${command}`);
  }
  expect(run.stdout).toContain('Exit codes: 0 done');
});

test('a command group without a command is a usage error and prints its help', async ({ world }) => {
  for (const args of [[], ['account']]) {
    const run = await world.inProcess(...args);
    expectRun(run, 2, new RegExp(`^Usage: keyturn ${args.join('')}`));
    expect(run.stdout).toBe('');
  }
});

test('with every account disabled, refresh does nothing', async ({ world }) => {
  await world.addImported('work');
  expectRun(await world.cli('account', 'disable', 'work'), 0);
  expectRun(await world.cli('refresh'), 0, /keyturn account enable work/);
});

test('account set changes only the given settings and rejects invalid ones', async ({ world }) => {
  await world.addImported('work');
  const config = async () =>
    JSON.parse(await readFile(join(world.home, 'accounts/work/account.json'), 'utf8')) as object;
  const before = await config();
  expectRun(
    await world.cli('account', 'set', 'work', '--proxy', 'http://127.0.0.1:1', '--method', 'browser'),
    0,
    /changed/,
  );
  expect(await config()).toEqual({ ...before, proxy: 'http://127.0.0.1:1', method: 'browser' });
  expectRun(await world.inProcess('account', 'set', 'work'), 2, /KT101/);
  expectRun(await world.inProcess('account', 'set', 'work', '--proxy', '127.0.0.1'), 2, /KT101/);
  await world.prepare('account', 'set', 'work', '--proxy', 'none', '--method', 'auto');
  expect(await config()).toEqual(before);
});

test('a quiet run prints nothing for a key that is not due', async ({ world }) => {
  await world.addImported('work');
  const first = await world.cli('refresh', '--quiet');
  expectRun(first, 0, /renewed/);
  expect(first.stderr).toBe('');
  const second = await world.cli('refresh', '--quiet');
  expectRun(second, 0);
  expect(second.stdout + second.stderr).toBe('');
});

test('a wrong option is a usage error on stderr', async ({ world }) => {
  const run = await world.cli('refresh', '--frobnicate');
  expectRun(run, 2, /KT101/);
  expect(run.stdout).toBe('');
});

test('the error for an unknown account names the known ones', async ({ world }) => {
  await world.addImported('work');
  expectRun(await world.cli('refresh', 'wrok'), 2, /work/);
});

test('key prints only the key', async ({ world }) => {
  await world.addImported();
  expectRun(await world.cli('key'), 1, /KT153/);
  await world.prepare('refresh');
  const run = await world.cli('key', 'work');
  expect(run.stdout).toBe(`${world.simulator.console.truth(phone).currentKey}\n`);
  expect(run.stderr).toBe('');
});

test('key refuses a key that has expired', async ({ world }) => {
  await world.addImported();
  await world.prepare('refresh');
  const { currentKey } = world.simulator.console.truth(phone);
  world.simulator.clock.advance(8 * dayMs);
  const refused = await world.cli('key');
  expectRun(refused, 1, /KT154/);
  expect(refused.stdout).toBe('');
  expect((await world.cli('key', '--even-expired')).stdout).toBe(`${currentKey}\n`);
  expectRun(await world.cli('key', '--even-expired', '--renew'), 2, /KT101/);
  const renewed = await world.cli('key', '--renew');
  expect(renewed.exitCode).toBe(0);
  expect(renewed.stdout).not.toBe(`${currentKey}\n`);
  expect(renewed.stdout).toBe(`${world.simulator.console.truth(phone).currentKey}\n`);
});

test('key --valid-for refuses a key that ends sooner, and --renew leaves a young one alone', async ({ world }) => {
  await world.addImported();
  await world.prepare('refresh');
  const { currentKey } = world.simulator.console.truth(phone);
  expect((await world.cli('key', '--valid-for', '6d')).stdout).toBe(`${currentKey}\n`);
  expectRun(await world.cli('key', '--valid-for', '9d'), 1, /KT162/);
  expectRun(await world.cli('key', '--valid-for', '9d', '--renew'), 1, /KT162/);
  expect(world.simulator.console.truth(phone).currentKey).toBe(currentKey);

  world.simulator.clock.advance(3 * dayMs);
  const renewed = await world.cli('key', '--valid-for', '6d', '--renew');
  expect(renewed.stdout).toBe(`${world.simulator.console.truth(phone).currentKey}\n`);
  expect(renewed.stdout).not.toBe(`${currentKey}\n`);
});

test('status --check is for monitoring', async ({ world }) => {
  expectRun(await world.cli('status', '--check'), 1);
  await world.addImported();
  expectRun(await world.cli('status', '--check'), 1);
  await world.prepare('refresh');
  expectRun(await world.cli('status', '--check'), 0);
  world.simulator.clock.advance(8 * dayMs);
  expectRun(await world.cli('status'), 0);
  const run = await world.cli('status', '--check', '--json');
  expect(run.exitCode).toBe(1);
  expect(JSON.parse(run.stdout)).toMatchObject({ ok: false });
});

test('an import names the cookies that the console gets, and refuses a file with none', async ({ world }) => {
  const cookies = async (line: string) => {
    const file = join(world.home, 'cookies.txt');
    await writeFile(file, line.replaceAll(' ', '\t'), { mode: 0o600 });
    return world.cli('account', 'import', file, '--name', 'work');
  };
  expectRun(
    await cookies('iflow.cn FALSE / TRUE 4093456000 BXAuth aaa'),
    2,
    /KT230[^]*BXAuth \(iflow\.cn\/\)|BXAuth \(iflow\.cn\/\)[^]*KT230/,
  );
  expectRun(await cookies('.iflow.cn true / true 4093456000 BXAuth aaa'), 0, /platform\.iflow\.cn the cookies BXAuth/);
});

test('exec passes the key to the program and returns its exit code', async ({ world }) => {
  await world.addImported();
  await world.prepare('refresh');
  const script = 'process.stdout.write(process.env.IFLOW_API_KEY); process.exit(7)';
  const run = await world.cli('exec', 'work', '--', process.execPath, '-e', script);
  expect(run.exitCode).toBe(7);
  expect(run.stdout.trim()).toBe(world.simulator.console.truth(phone).currentKey);
  const all = await world.cli('exec', 'work', '--', process.execPath, '-p', 'JSON.stringify(process.env)');
  expect(all.stdout).toContain('FEISHU_APP_ID');
  expect(all.stdout).not.toContain(world.simulator.feishu.appSecret);
});

test('exec refuses an expired key', async ({ world }) => {
  await world.addImported();
  await world.prepare('refresh');
  world.simulator.clock.advance(8 * dayMs);
  expectRun(await world.cli('exec', '--', 'true'), 1, /KT154/);
});

test('exec passes options after -- to the program', async ({ world }) => {
  await world.addImported();
  await world.prepare('refresh');
  const run = await world.cli(
    'exec',
    'work',
    '--env',
    'OTHER_KEY',
    '--',
    process.execPath,
    '-p',
    'Boolean(process.env.OTHER_KEY) + " " + process.argv.slice(1)',
    '--',
    '--env',
    'x',
  );
  expect(run.stdout.trim()).toBe('true --env,x');
});

test('status shows the key, the session and the last run', async ({ world }) => {
  await world.addImported();
  await world.prepare('refresh');
  const run = await world.cli('status');
  expectRun(run, 0, /work\s+\d{4}-\d\d-\d\d \d\d:\d\d \(6d 23h left\)/);
  const [line] = jsonAnswer('status', await world.cli('status', '--json')).accounts;
  expect(line).toMatchObject({
    account: 'work',
    key: 'valid',
    lastRun: { outcome: 'renewed' },
    enabled: true,
    unsettledRotation: false,
  });
});

test('with --json, an error has the shape of every answer', async ({ world }) => {
  const cases: readonly [readonly string[], string, number][] = [
    [['status', 'nobody'], 'KT201', 2],
    [['refresh'], 'KT201', 2],
    [['account', 'target', 'list', 'nobody'], 'KT201', 2],
    [['deliver', '--chekc'], 'KT101', 2],
  ];
  for (const [args, code, exitCode] of cases) {
    const run = await world.cli(...args, '--json');
    expectRun(run, exitCode, new RegExp(code));
    const { ok, error, ...rest } = JSON.parse(run.stdout) as Record<string, unknown>;
    expect({ ok, error, rest }).toEqual({
      ok: false,
      error: { code, message: expect.any(String), state: expect.any(String), next: expect.stringMatching(/^keyturn /) },
      rest: {},
    });
  }
  await world.addImported();
  const secret = 'sk-4dcc312684e4edaa36434ef2510c632d';
  const leaky = await world.cli('status', secret, '--json');
  expect(leaky.stdout).toContain('There is no account');
  expect(leaky.stdout + leaky.stderr).not.toContain(secret);
  const program = await world.cli('account', 'hook', 'set', 'nobody', 'renewed', '--', 'jq', '--json');
  expectRun(program, 2, /KT201/);
  expect(program.stdout).toBe('');
});

test('history lists events in order', async ({ world }) => {
  await world.addImported();
  await world.prepare('refresh');
  await world.prepare('refresh', '--force');
  const run = await world.cli('history', '--json');
  const { events } = jsonAnswer('history', run);
  expect(events.map((event) => event.event)).toEqual([
    'signed-in',
    'rotate',
    'key-published',
    'rotate',
    'key-published',
  ]);
});

test('config sets, gets, lists and unsets settings and names their sources', async ({ world }) => {
  expectRun(await world.cli('config', 'set', 'handoff.wait', '30m'), 0);
  expect((await world.cli('config', 'get', 'handoff.wait')).stdout).toMatch(/^30m/);
  expectRun(await world.inProcess('config', 'set', 'handoff.wait', 'soon'), 2, /handoff.wait/);
  expect((await world.inProcess('config', 'get', 'handoff.wait')).stdout).toMatch(/^30m/);
  const list = await world.cli('config');
  expect(list.stdout).toMatch(/feishu.appSecret\s+\S*(•|…|\*)\S*\s+FEISHU_APP_SECRET/);
  expect(list.stdout).not.toContain(world.simulator.feishu.appSecret);
  expectRun(await world.cli('config', 'unset', 'handoff.wait'), 0);
});

test('config set refuses what a run would refuse', async ({ world }) => {
  const set = (key: string, value: string) => world.inProcess('config', 'set', key, value);
  expectRun(await set('takeover.publicUrl', 'http://phone.example'), 2, /takeover\.publicUrl .*plain http.*KT105/s);
  expectRun(await set('takeover.host', '0.0.0.0'), 2, /publicUrl is not an https/);
  expectRun(await set('browser.path', '/nonexistent/chrome'), 2, /does not exist.*KT105/s);
  expectRun(await set('takeover.pubicUrl', 'https://phone.example'), 2, /next: keyturn config list/);
  expectRun(await set('takeover.publicUrl', 'https://phone.example'), 0);
  expectRun(await set('takeover.host', '0.0.0.0'), 0);
});

test('an unknown setting is named in the error, and the file is kept', async ({ world }) => {
  await world.addImported();
  const file = join(world.home, 'settings.json');
  await writeFile(file, JSON.stringify({ notfiy: { success: true } }), { mode: 0o600 });
  expectRun(await world.cli('refresh'), 2, /notfiy/);
  expect(await readFile(file, 'utf8')).toContain('notfiy');
});

test('files with loose permissions are refused with the chmod to run', async ({ world }) => {
  await world.addImported();
  await world.prepare('refresh');
  const file = join(world.home, 'accounts/work/key.json');
  await chmod(file, 0o644);
  expectRun(await world.cli('key'), 2, /chmod 600/);
  expectRun(await world.cli('doctor', '--offline'), 1, /chmod 600/);
  await chmod(file, 0o600);
  await world.prepare('key');
});

test('logout deletes the login and keeps the key', async ({ world }) => {
  await world.addImported();
  await world.prepare('refresh');
  expectRun(await world.inProcess('logout', 'work'), 2, /--yes/);
  expectRun(await world.cli('logout', 'work', '--yes'), 0);
  await expect(stat(join(world.home, 'accounts/work/session.json'))).rejects.toThrow();
  await world.prepare('key');
});

test('account remove deletes the account and nothing else', async ({ world }) => {
  await world.addImported('work');
  await world.addImported('other', { phone: '15100009999' });
  expectRun(await world.cli('account', 'remove', 'work', '--yes'), 0);
  const { stdout } = await world.cli('account', 'list');
  expect(stdout).not.toContain('work');
  expect(stdout).toContain('other');
});

test('every mistake in a site profile is reported with its path', async ({ world }) => {
  const file = join(world.home, 'bad.yaml');
  await writeFile(file, 'name: bad\ntitle: Bad\nbaseUrl: nonsense\ncolour: red\n');
  const run = await world.cli('account', 'add', 'bad', '--site', file);
  expectRun(run, 2, /baseUrl/);
  expect(run.stderr).toContain('colour');
});

for (const shell of ['bash', 'zsh', 'fish']) {
  test(`completion for ${shell} prints a script`, async ({ world }) => {
    const run = await world.cli('completion', shell);
    expectRun(run, 0);
    expect(run.stdout).toContain('keyturn');
  });
}

test('completion suggests commands', async ({ world }) => {
  const run = await world.cli('complete', '--', 're');
  expect(run.stdout).toContain('refresh');
});

test('doctor finds the browser', async ({ world }) => {
  const run = await world.cli('doctor', '--offline', '--json');
  const { findings } = jsonAnswer('doctor', run);
  expect(findings.find((finding) => finding.check === 'browser')?.level).toBe('ok');
});
