import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test as base, expect } from '@playwright/test';

const project = path.resolve(import.meta.dirname, '../../..');

interface Clone {
  folder: string;
  /** Runs the set-up script with a fake `npm` and a fake browser, which record their calls. */
  setup: (...args: string[]) => Promise<{ code: number | null; stdout: string; stderr: string }>;
  start: (...args: string[]) => ReturnType<typeof spawn>;
  /** The environment of the script. */
  env: NodeJS.ProcessEnv;
  calls: () => Promise<string[]>;
  write: (file: string, text: string) => Promise<void>;
}

/** Builds the clone's one source, and the project's modules that the script uses. */
const smallBuild = `
  import { build } from 'esbuild';
  const source = ${JSON.stringify(path.join(project, 'src'))};
  const entryPoints = ['find-browser', 'display'].map((name) => source + '/browser/' + name + '.ts');
  const common = { bundle: true, platform: 'node', format: 'esm' };
  await build({ ...common, entryPoints: ['src/bin.ts'], outdir: process.argv[2] });
  await build({ ...common, entryPoints, outbase: source, outdir: '.setup/modules/src' });
`;

/** A small fresh clone: the real script and compiler, and a small build. */
const test = base.extend<{ clone: Clone }>({
  clone: async ({}, use) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'keyturn clone '));
    const write = async (file: string, text: string) => {
      await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
      await writeFile(path.join(folder, file), text);
    };
    await mkdir(path.join(folder, 'scripts'));
    await copyFile(path.join(project, 'scripts/setup.mjs'), path.join(folder, 'scripts/setup.mjs'));
    await write('scripts/build.mjs', smallBuild);
    await write('src/bin.ts', 'export const built = 1;\n');
    await write('package.json', JSON.stringify({ type: 'module', engines: { node: '>=20.19' } }));
    const lock = {
      packages: {
        '': {},
        'node_modules/a': { version: '1.0.0' },
        'node_modules/b': { version: '1.0.0', optional: true },
      },
    };
    await write('package-lock.json', JSON.stringify(lock));
    await write('scripts/bench.mjs', "process.stdout.write(process.argv.slice(2).join('|')); process.exitCode = 5;\n");
    await write('fake/npm.mjs', fakeNpm(folder));
    await write('fake/browser', `#!/bin/sh\necho browser >> '${folder}/calls'\necho '<html></html>'\n`);
    await chmod(path.join(folder, 'fake/browser'), 0o755);
    const env = {
      ...process.env,
      npm_execpath: path.join(folder, 'fake/npm.mjs'),
      KEYTURN_BROWSER: path.join(folder, 'fake/browser'),
      DISPLAY: ':0',
    };
    const start = (...args: string[]) =>
      spawn(process.execPath, [path.join(folder, 'scripts/setup.mjs'), ...args], {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    await use({
      folder,
      env,
      write,
      start,
      setup: async (...args) => {
        const child = start(...args);
        let [stdout, stderr] = ['', ''];
        child.stdout?.on('data', (data) => (stdout += String(data)));
        child.stderr?.on('data', (data) => (stderr += String(data)));
        const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
        return { code, stdout, stderr };
      },
      calls: async () =>
        (await readFile(path.join(folder, 'calls'), 'utf8').catch(() => '')).split('\n').filter(Boolean),
    });
    await rm(folder, { recursive: true, force: true });
  },
});

/** Imitates the visible effects of `npm ci`: installs packages and, at the end, writes npm's own record of them. */
function fakeNpm(folder: string): string {
  return `
    import { appendFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync, readFileSync } from 'node:fs';
    process.chdir(${JSON.stringify(folder)});
    appendFileSync('calls', 'npm ' + process.argv.slice(2).join(' ') + '\\n');
    rmSync('node_modules', { recursive: true, force: true });
    mkdirSync('node_modules');
    for (const name of ['esbuild', '@esbuild'])
      symlinkSync(${JSON.stringify(path.join(project, 'node_modules/'))} + name, 'node_modules/' + name);
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
    delete packages['node_modules/b'];
    writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages }));
  `;
}

test.describe.configure({ timeout: 60_000 });
test.skip(process.platform === 'win32', 'the stand-in for a browser is a shell script');

test('a fresh clone is set up once; the second run does nothing', async ({ clone }) => {
  const first = await clone.setup();
  expect(first.stderr).toMatch(/npm ci[^]*building[^]*trying the browser[^]*ready/);
  expect(first.code).toBe(0);
  expect(await readFile(path.join(clone.folder, 'dist/bin.js'), 'utf8')).toContain('built = 1');
  const calls = await clone.calls();
  expect(calls.map((call) => call.split(' ')[0])).toEqual(['npm', 'browser']);

  const second = await clone.setup();
  expect(second.stderr.trim().split('\n')).toEqual([expect.stringMatching(/^setup: ready: /)]);
  expect(await clone.calls()).toEqual(calls);
});

test('only the steps whose input has changed run again', async ({ clone }) => {
  await clone.setup('build');
  await clone.write('src/bin.ts', 'export const built = 2;\n');
  const rebuilt = await clone.setup('build');
  expect(rebuilt.stderr).toMatch(/building/);
  expect(rebuilt.stderr).not.toMatch(/npm ci/);
  expect(await readFile(path.join(clone.folder, 'dist/bin.js'), 'utf8')).toContain('built = 2');

  await clone.write(
    'package-lock.json',
    JSON.stringify({ packages: { '': {}, 'node_modules/a': { version: '1.0.1' } } }),
  );
  expect((await clone.setup('build')).stderr).toMatch(/npm ci/);
  await rm(path.join(clone.folder, 'node_modules'), { recursive: true });
  expect((await clone.setup('build')).stderr).toMatch(/npm ci/);
});

test('a failed build shows the reason and keeps the last good build', async ({ clone }) => {
  await clone.setup('build');
  await clone.write('src/bin.ts', 'export const = 3;\n');
  const failed = await clone.setup('bench');
  expect(failed).toMatchObject({ code: 1, stdout: '' });
  expect(failed.stderr).toMatch(/the build failed:[^]*Expected identifier[^]*src\/bin\.ts:1:13/);
  expect(await readFile(path.join(clone.folder, 'dist/bin.js'), 'utf8')).toContain('built = 1');
  expect((await readdir(clone.folder)).filter((name) => name.startsWith('dist'))).toEqual(['dist']);
});

test('of two set-ups at once, only one does the work', async ({ clone }) => {
  const both = await Promise.all([clone.setup('build'), clone.setup('build')]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect((await clone.calls()).filter((call) => call.startsWith('npm'))).toHaveLength(1);
  expect(both.filter(({ stderr }) => stderr.includes('building'))).toHaveLength(1);
  expect((await readdir(path.join(clone.folder, '.setup'))).filter((name) => /lock|dead/.test(name))).toEqual([]);
});

test('the lock of a set-up that was killed does not stop the next', async ({ clone }) => {
  const dead = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => dead.once('close', resolve));
  await clone.write('.setup/lock/pid', String(dead.pid));
  expect((await clone.setup('build')).code).toBe(0);
});

test('the program gets the arguments, and its exit code is passed on', async ({ clone }) => {
  expect(await clone.setup('bench', '--rounds', '3', '--', 'x y')).toMatchObject({
    code: 5,
    stdout: '--rounds|3|--|x y',
  });
});

test('--help runs the program without a set-up when there is a build', async ({ clone }) => {
  await clone.setup('build');
  await clone.write('src/bin.ts', 'export const built = 2;\n');
  const calls = await clone.calls();
  expect(await clone.setup('bench', '--help')).toMatchObject({ stdout: '--help', stderr: '' });
  expect(await clone.calls()).toEqual(calls);
});

test('a signal is passed on, and so is the exit code that follows', async ({ clone }) => {
  await clone.write(
    'scripts/bench.mjs',
    "process.on('SIGTERM', () => process.exit(7)); setInterval(() => undefined, 1000); process.stdout.write('up');\n",
  );
  const child = clone.start('bench');
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  child.kill('SIGTERM');
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(7);
});

test('the error names a chosen browser that does not start', async ({ clone }) => {
  await clone.write('fake/browser', '#!/bin/sh\necho "no way" >&2\nexit 1\n');
  const run = await clone.setup();
  expect(run.code).toBe(2);
  expect(run.stderr).toMatch(/fake\/browser does not start: no way[^]*KEYTURN_BROWSER/);
});

test('a Node that is too old is refused before anything else happens', async ({ clone }) => {
  await clone.write('package.json', JSON.stringify({ engines: { node: '>=99.1' } }));
  const run = await clone.setup('build');
  expect(run).toMatchObject({ code: 2 });
  expect(run.stderr).toMatch(/needs Node 99\.1 or newer, and this is \d+\./);
  expect(await clone.calls()).toEqual([]);
});

/** On a machine without a display and without Xvfb: stand-ins for the programs that install it record their calls. */
async function withoutDisplay({ folder, write, env, setup }: Clone) {
  await setup('build');
  for (const name of ['apt-get', 'sudo']) {
    await write(`fake/bin/${name}`, `#!/bin/sh\necho ${name} "$@" >> '${folder}/calls'\n`);
    await chmod(path.join(folder, 'fake/bin', name), 0o755);
  }
  await symlink('/bin/sh', path.join(folder, 'fake/bin/sh'));
  Object.assign(env, { PATH: path.join(folder, 'fake/bin'), DISPLAY: '', WAYLAND_DISPLAY: '' });
}

const isRoot = process.getuid?.() === 0;

/** Runs the script as a user other than root, at a terminal if there is something to type. */
async function setUpAsUser({ folder, env }: Clone, typed?: string) {
  const user = isRoot ? { uid: 65_534, gid: 65_534 } : {};
  if (isRoot) execFileSync('chown', ['-R', '65534:65534', folder]);
  const words = [process.execPath, path.join(folder, 'scripts/setup.mjs')];
  const line = words.map((word) => `'${word}'`).join(' ');
  const [program = '', ...args] = typed === undefined ? words : ['/usr/bin/script', '-qec', line, '/dev/null'];
  const child = spawn(program, args, {
    env,
    ...user,
    stdio: [typed === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout?.on('data', (data) => (output += String(data)));
  child.stderr?.on('data', (data) => (output += String(data)));
  child.stdin?.write(typed);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}

test.describe('the display', () => {
  test.skip(process.platform !== 'linux', 'only Linux needs one');

  test('root gets it installed without sudo', async ({ clone }) => {
    test.skip(!isRoot, 'this is another user');
    await withoutDisplay(clone);
    expect((await clone.setup()).code).toBe(2);
    const calls = (await clone.calls()).filter((call) => /^(apt-get|sudo)/.test(call));
    expect(calls).toEqual([
      expect.stringMatching(/^apt-get.* update/),
      expect.stringMatching(/^apt-get.* install .*xvfb/),
    ]);
  });

  test('another user without a terminal is shown the command, and sudo is not used', async ({ clone }) => {
    await withoutDisplay(clone);
    const run = await setUpAsUser(clone);
    expect(run.output).toMatch(/only root can install a private display; run: sudo sh -c '.*install .*xvfb'/);
    expect(run.code).toBe(2);
    expect((await clone.calls()).filter((call) => /^(apt-get|sudo)/.test(call))).toEqual([]);
  });

  for (const [typed, isUsed] of [
    ['y\n', true],
    ['\n', false],
  ] as const) {
    test(`at a terminal sudo is ${isUsed ? 'used after a yes' : 'not used after anything else'}`, async ({ clone }) => {
      test.skip(!existsSync('/usr/bin/script'), 'script makes the terminal');
      await withoutDisplay(clone);
      const run = await setUpAsUser(clone, typed);
      expect(run.output).toMatch(/Run this now\? sudo sh -c .*xvfb.*\[y\/N\]/);
      expect((await clone.calls()).filter((call) => call.startsWith('sudo'))).toHaveLength(isUsed ? 1 : 0);
    });
  }
});

/** Adds two consoles, one of which is installed, and a fake test runner that prints its arguments. */
async function withConsoles({ setup, write }: Clone, absent: string, isDebianRoot = false) {
  await setup('install');
  await write('node_modules/@playwright/test/cli.js', "process.stdout.write(process.argv.slice(2).join(' '));\n");
  await write(
    'tests/consoles/set-up.mjs',
    `export const isDebianRoot = () => ${isDebianRoot};
     const there = { title: 'There', isThere: () => true, obstacle: async () => undefined };
     const absent = { title: 'Absent', isThere: () => false, ${absent} };
     export const consoles = { there, absent };\n`,
  );
}

test('the consoles are tested only on request', async ({ clone }) => {
  await withConsoles(clone, 'obstacle: async () => undefined, install: async () => undefined');
  expect((await clone.setup('test', 'tests/unit')).stdout).toBe(
    'test --project=unit --project=e2e --project=faults tests/unit',
  );
  expect((await clone.setup('test', '--project=unit')).stdout).toBe('test --project=unit');
  expect((await clone.setup('test:consoles', 'there', '-g', 'login')).stdout).toBe(
    'test --project=consoles tests/consoles/there.spec.ts -g login',
  );
  expect((await clone.setup('test:consoles')).stdout).toContain('there.spec.ts tests/consoles/absent.spec.ts');
  const unknown = await clone.setup('test:consoles', 'nowhere');
  expect(unknown).toMatchObject({ code: 2, stdout: '' });
  expect(unknown.stderr).toContain('no console "nowhere", only there and absent');
});

test('a console that cannot be set up here is skipped with its reason', async ({ clone }) => {
  await withConsoles(clone, "obstacle: async () => 'this is not Debian'", true);
  const skipped = await clone.setup('test:consoles');
  expect(skipped.stderr).toContain('the tests of Absent are skipped: this is not Debian');
  expect(skipped).toMatchObject({ code: 0, stdout: expect.stringContaining('--project=consoles') });
});

for (const isDebianRoot of [true, false]) {
  test(`a failed console set-up ${isDebianRoot ? 'is a failure for root on Debian' : 'skips its tests elsewhere'}`, async ({
    clone,
  }) => {
    const install = "obstacle: async () => undefined, install: async () => 'no compiler'";
    await withConsoles(clone, install, isDebianRoot);
    const run = await clone.setup('test:consoles', 'absent');
    expect(run.stderr).toContain('no compiler');
    expect(run.code).toBe(isDebianRoot ? 1 : 0);
    expect(run.stdout === '').toBe(isDebianRoot);
  });
}

test('an unknown command is refused', async ({ clone }) => {
  const run = await clone.setup('deploy');
  expect(run).toMatchObject({ code: 2 });
  expect(run.stderr).toMatch(/"deploy" is none of demo, test/);
});
