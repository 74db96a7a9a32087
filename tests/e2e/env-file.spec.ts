import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startKeyturn, type KeyturnRun } from '../simulator/keyturn-child.js';
import { expect, expectRun, test, type World } from '../support/world.js';
import { jsonAnswer } from '../support/json-answer.js';
import { long } from '../support/long-form.js';

const bin = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));

/** Runs keyturn in a project folder. */
async function inProject(world: World) {
  const cwd = join(world.home, 'project');
  await mkdir(cwd);
  return {
    path: (name: string) => join(cwd, name),
    put: (name: string, text: string, mode = 0o600) => writeFile(join(cwd, name), text, { mode }),
    cli: (...args: string[]): Promise<KeyturnRun> => {
      const env = { NO_COLOR: '1', FORCE_COLOR: undefined, FEISHU_APP_ID: undefined };
      return startKeyturn(args, { bin, home: world.home, simulator: world.simulator, cwd, env }).ended;
    },
  };
}

const appId = 'FEISHU_APP_ID=cli_0123456789abcdef\n';
const getAppId = ['config', 'get', 'feishu.appId'] as const;

test('the first variable of a .env with a byte order mark counts', async ({ world }) => {
  await writeFile(join(world.home, '.env'), `\uFEFF${appId}`, { mode: 0o600 });
  expectRun(await (await inProject(world)).cli(...getAppId), 0, /cli_0123456789abcdef/);
});

test('a .env in the working folder is never opened', async ({ world }) => {
  await world.addImported('work', { flags: ['--method', 'browser'] });
  const project = await inProject(world);
  const marker = join(world.home, 'it-ran');
  await project.put('x.sh', `#!/bin/sh\n: > '${marker}'\nexit 1\n`, 0o700);
  await project.put('.env', `KEYTURN_BROWSER=${project.path('x.sh')}\nKEYTURN_HOME=/nowhere\nKEYTURN_LOG_LEVEL=loud\n`);
  const run = await project.cli('refresh', '--force');
  expectRun(run, 0, /renewed/);
  expect(run.stderr).not.toContain('.env');
  expect(existsSync(marker)).toBe(false);

  execFileSync('rm', [project.path('.env')]);
  execFileSync('mkfifo', [project.path('.env')]);
  expectRun(await project.cli('status'), 0, /work/);
});

test("a named pipe as the state folder's .env is refused at once", long, async ({ world }) => {
  const project = await inProject(world);
  execFileSync('mkfifo', [join(world.home, '.env')]);
  for (const args of [['status'], ['refresh'], ['refresh', '--scheduled'], ['config', 'list']]) {
    const run = await project.cli(...args);
    expectRun(run, 2, /it is a named pipe.*\[KT106\]/);
    expect(run.stdout).toBe('');
  }
  expect(await readFile(join(world.home, 'schedule-run.json'), 'utf8')).toContain('KT106');
  expectRun(await project.cli('doctor', '--offline'), 1, /it is a named pipe.*KT106/);
});

test("the state folder's .env may have a byte order mark, and variables it may not set are named", async ({
  world,
}) => {
  const project = await inProject(world);
  await writeFile(join(world.home, '.env'), `\ufeff${appId}KEYTURN_BROWSER=/tmp/x.sh\nFEISHU_DOMAIN=lark\n`, {
    mode: 0o600,
  });
  const run = await project.cli(...getAppId);
  expectRun(run, 0);
  expect(run.stdout).toBe('cli_0123456789abcdef\n');
  expect(run.stderr).toBe(
    `warning: ignored in ${world.home}/.env, as an env file may not set it: FEISHU_DOMAIN, KEYTURN_BROWSER; ` +
      'next: keyturn config set feishu.domain; keyturn config set browser.path\n',
  );
  const listed = await project.cli('config', 'list', '--json');
  expect(listed.stderr).toBe(run.stderr);
  expect(jsonAnswer('config list', listed).settings).toContainEqual(
    expect.objectContaining({ key: 'browser.path', source: expect.objectContaining({ kind: 'file' }) }),
  );
  // Shell completion prints no warning.
  expect((await project.cli('complete', '--', 'config', '')).stderr).not.toContain('.env');

  await chmod(join(world.home, '.env'), 0o644);
  expect((await project.cli(...getAppId)).stderr).toContain(
    `warning: other users can read ${world.home}/.env; next: chmod 600 ${world.home}/.env`,
  );
  await chmod(join(world.home, '.env'), 0o666);
  const refused = await project.cli(...getAppId);
  expectRun(refused, 2, /\[KT106\]/);
  expect(refused.stderr).toContain(`next: chmod 600 ${world.home}/.env`);
});

test('--env-file works before the command and after it', async ({ world }) => {
  const project = await inProject(world);
  await project.put('my.env', appId);
  await symlink('my.env', project.path('link.env'));
  for (const args of [
    ['--env-file', 'my.env', ...getAppId],
    [...getAppId, '--env-file=my.env'],
    ['config', '--env-file', project.path('link.env'), 'get', 'feishu.appId'],
  ]) {
    const run = await project.cli(...args);
    expect(run).toMatchObject({ exitCode: 0, stdout: 'cli_0123456789abcdef\n', stderr: '' });
  }
  expectRun(await project.cli('--help'), 0, /--env-file <file>/);
});

test('an --env-file that cannot be used is an error', async ({ world }) => {
  const project = await inProject(world);
  execFileSync('mkfifo', [project.path('pipe.env')]);
  await project.put('loose.env', appId);
  await chmod(project.path('loose.env'), 0o664);
  // An installed keyturn is a symbolic link to the program.
  const keyturn = project.path('keyturn');
  await symlink(bin, keyturn);
  for (const [name, problem, next] of [
    ['nowhere.env', 'there is no such file', `ls -ld ${dirname(project.path('x'))}`],
    ['pipe.env', 'it is a named pipe', `ls -ld ${project.path('pipe.env')}`],
    ['loose.env', 'it has mode 0664', `chmod 600 ${project.path('loose.env')}`],
  ] as const) {
    const child = spawn(keyturn, ['status', '--env-file', project.path(name)], {
      env: { PATH: `${dirname(process.execPath)}:${process.env['PATH']}`, KEYTURN_HOME: world.home, NO_COLOR: '1' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    const exitCode = await new Promise((resolve) => child.once('close', resolve));
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/\[KT106\]/)]);
    expect(stderr).toContain(`cannot be used: ${problem}`);
    expect(stderr).toContain(`next: ${next}`);
  }
});

test('started as `node bin.js`, keyturn removes what Node itself reads from --env-file', async ({ world }) => {
  const project = await inProject(world);
  await project.put('my.env', `KEYTURN_BROWSER=/tmp/x.sh\nKEYTURN_HOME=${project.path('other')}\n${appId}`);
  const output = execFileSync(
    process.execPath,
    [bin, 'config', 'list', '--json', '--env-file', project.path('my.env')],
    {
      env: { PATH: process.env['PATH'], HOME: world.home },
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  const { settings } = jsonAnswer('config list', { stdout: output.toString() });
  const source = (key: string) => settings.find((row) => row.key === key)?.source.kind;
  expect(source('browser.path')).toBe('default');
  expect(existsSync(project.path('other'))).toBe(false);
});

test('Node does not apply NODE_OPTIONS from an --env-file', async ({ world }) => {
  const project = await inProject(world);
  const marker = project.path('it-ran');
  await project.put('x.cjs', `require('node:fs').writeFileSync(${JSON.stringify(marker)}, '')`);
  await project.put('my.env', `NODE_OPTIONS=--require=${project.path('x.cjs')}\n${appId}`);
  const output = execFileSync(bin, [...getAppId, '--env-file', project.path('my.env')], {
    env: { PATH: `${dirname(process.execPath)}:${process.env['PATH']}`, KEYTURN_HOME: world.home },
  });
  expect(output.toString()).toBe('cli_0123456789abcdef\n');
  expect(existsSync(marker)).toBe(false);
});

test('a schedule keeps its --env-file, and reinstalling without it prints a hint', async ({ world }) => {
  const project = await inProject(world);
  await project.put('my.env', appId);
  const file = project.path('my.env');
  await project.put('crontab', `#!/bin/sh\ncase "$1" in -l) cat '${project.path('tab')}';; -) cat >'${project.path('tab')}';; esac\n`, 0o700); // prettier-ignore
  await project.put('tab', '');
  const install = (...args: string[]) =>
    startKeyturn(['schedule', 'install', '--with', 'cron', ...args], {
      bin,
      home: world.home,
      simulator: world.simulator,
      cwd: dirname(file),
      env: { NO_COLOR: '1', FORCE_COLOR: undefined, FEISHU_APP_ID: undefined, PATH: `${dirname(file)}:/usr/bin:/bin` },
    }).ended;
  const installed = await install('--env-file', 'my.env');
  expectRun(installed, 0);
  expect(installed.stderr).not.toContain('feishu.appId');
  expect(await readFile(project.path('tab'), 'utf8')).toContain(`KEYTURN_ENV_FILE=${file}`);
  expectRun(await install(), 0, new RegExp(`next: keyturn schedule install --env-file ${file}`));
  expect(await readFile(project.path('tab'), 'utf8')).not.toContain('KEYTURN_ENV_FILE');
});

test('the renewals and hooks of a watch use the --env-file of the watch', async ({ world }) => {
  await writeFile(join(world.home, 'settings.json'), JSON.stringify({ watch: { quietHours: 'off', jitter: '0s' } }), {
    mode: 0o600,
  });
  await world.addImported();
  const project = await inProject(world);
  const seen = project.path('seen');
  await project.put('my.env', 'KEYTURN_LOG_LEVEL=debug\nKEYTURN_BROWSER=/tmp/x.sh\n');
  await project.put('hook', `#!/bin/sh\necho "$KEYTURN_ENV_FILE" > '${seen}'\n`, 0o700);
  expectRun(await world.cli('account', 'hook', 'set', 'work', 'renewed', '--', project.path('hook')), 0);
  const watch = world.start('watch', '--env-file', project.path('my.env'));
  await expect
    .poll(() => readFile(seen, 'utf8').catch(() => ''), { timeout: 60_000 })
    .toBe(`${project.path('my.env')}\n`);
  watch.process.kill('SIGTERM');
  const { stderr } = await watch.ended;
  // Only the watch prints the warning, not each renewal.
  expect(stderr.match(/may not set it: KEYTURN_BROWSER/g)).toHaveLength(1);
  const logs = await Promise.all(
    (await readdir(join(world.home, 'logs'))).map((name) => readFile(join(world.home, 'logs', name), 'utf8')),
  );
  expect(logs.join('')).toMatch(/"level":20.*"account":"work"/);
});
