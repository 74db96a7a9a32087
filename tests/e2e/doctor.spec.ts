import { jsonAnswer } from '../support/json-answer.js';
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { chmod, readFile, rm, symlink, mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { KeyturnRun } from '../simulator/keyturn-child.js';
import { dayMs, expect, expectRun, phone, test, type World } from '../support/world.js';

const findingsOf = (run: KeyturnRun) => jsonAnswer('doctor', run).findings;

/** Replaces the browser with a program that exits immediately, for tests that are not about the browser. */
function noBrowser(world: World): NodeJS.ProcessEnv {
  const path = join(world.home, 'no-browser');
  writeFileSync(path, '#!/bin/sh\n[ "$1" = --version ] && echo "Chromium 999.0.1.2"\nexit 1\n');
  chmodSync(path, 0o700);
  return { KEYTURN_BROWSER: path };
}

const doctor = (world: World, env: NodeJS.ProcessEnv, ...args: string[]) =>
  world.startWith({ ...noBrowser(world), ...env }, 'doctor', '--timeout', '80s', ...args).ended;

async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function edit(path: string, change: (text: string) => string): Promise<void> {
  await writeFile(path, change(await readFile(path, 'utf8')));
}

const changeAccount = (folder: string, changes: object) =>
  edit(join(folder, 'account.json'), (text) => JSON.stringify({ ...JSON.parse(text), ...changes }));

/** Writes the files that `account import` writes, but starts no process. */
async function putAccount({ home, simulator }: World, name: string, number: string): Promise<void> {
  simulator.console.addOwner({ phone: number });
  const { cookieHeader } = simulator.console.issueSession(number);
  const { url, apiUrl } = simulator.console;
  const at = new Date().toISOString();
  const folder = join(home, 'accounts', name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const put = (file: string, value: object) =>
    writeFile(join(folder, file), JSON.stringify({ version: 1, ...value }), { mode: 0o600 });
  const account = { name, site: 'iflow', baseUrl: url, probeUrl: apiUrl, enabled: true, method: 'auto', createdAt: at };
  const cookies = cookieHeader.split('; ').map((pair) => ({
    name: pair.slice(0, pair.indexOf('=')),
    value: pair.slice(pair.indexOf('=') + 1),
    ...{ domain: '127.0.0.1', path: '/', expires: -1, httpOnly: false, secure: false, sameSite: 'Lax' },
  }));
  const session = { savedAt: at, savedBy: 'import', cookies, origins: [] };
  for (const file of ['session.json', 'session.json.bak']) await put(file, session);
  await put('account.json', account);
}

/** Programs that stand in for a browser that was left open. */
const children: ChildProcess[] = [];
test.afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

/** One problem per account. A single run finds all of them. */
const broken: readonly {
  readonly name: string;
  readonly breaks: (folder: string, world: World, number: string) => Promise<unknown>;
  readonly finds: { readonly level: string; readonly check: string; readonly code?: string };
  readonly text: RegExp;
  readonly next?: RegExp | string;
}[] = [
  {
    name: 'signed-out',
    breaks: async (_folder, { simulator }, number) => Promise.resolve(simulator.console.expireSessions(number)),
    finds: { level: 'problem', check: 'session', code: 'KT601' },
    text: /not signed in any more/,
    next: 'keyturn login signed-out',
  },
  {
    name: 'replaced',
    breaks: async (_folder, { simulator }, number) => Promise.resolve(simulator.console.rotateElsewhere(number)),
    finds: { level: 'problem', check: 'key' },
    text: /shows another key than the stored one/,
    next: 'keyturn refresh replaced --force',
  },
  {
    name: 'refused-key',
    breaks: async (_folder, { simulator }, number) => Promise.resolve(simulator.console.rotateElsewhere(number)),
    finds: { level: 'problem', check: 'service', code: 'KT608' },
    text: /does not accept the key/,
    next: 'keyturn refresh refused-key --force',
  },
  {
    name: 'no-login',
    breaks: (folder) => Promise.all(['session.json', 'session.json.bak'].map((file) => rm(join(folder, file)))),
    finds: { level: 'problem', check: 'session' },
    text: /there is no saved login/,
    next: 'keyturn login no-login',
  },
  {
    name: 'no-site',
    breaks: async (folder) => changeAccount(folder, { baseUrl: `http://127.0.0.1:${await deadPort()}` }),
    finds: { level: 'problem', check: 'site' },
    text: /does not answer: the connection was refused/,
    next: /^curl -sS -I http/,
  },
  {
    name: 'no-proxy',
    breaks: async (folder) =>
      changeAccount(folder, { proxy: `http://me:PlantedProxyWord@127.0.0.1:${await deadPort()}` }),
    finds: { level: 'problem', check: 'site' },
    text: /does not answer through the proxy http:\/\/•••@127\.0\.0\.1:\d+: the connection was refused/,
    next: /^curl -sS -I -x http:\/\/127\.0\.0\.1:\d+ http/,
  },
  {
    name: 'bad-account',
    breaks: (folder) => writeFile(join(folder, 'account.json'), '{"version": 1, "colour": "red"}'),
    finds: { level: 'problem', check: 'account', code: 'KT106' },
    text: /colour is unknown/,
    next: /EDITOR.* \S+account\.json$/,
  },
  {
    name: 'damaged-key',
    breaks: (folder) => Promise.all(['key.json', 'key.json.bak'].map((file) => writeFile(join(folder, file), '{"ver'))),
    finds: { level: 'problem', check: 'key', code: 'KT216' },
    text: /is damaged and no good copy of it is left/,
    next: /^mv /,
  },
  {
    name: 'half-damaged-key',
    breaks: (folder) => writeFile(join(folder, 'key.json'), '{"ver'),
    finds: { level: 'warning', check: 'key' },
    text: /its second copy .*key\.json\.bak was read instead/,
    next: 'keyturn refresh half-damaged-key',
  },
  {
    name: 'unsettled',
    breaks: (folder) => {
      const at = new Date().toISOString();
      const intent = { version: 1, id: 'i', runId: 'r', startedAt: at, rung: 'http', hadKeyBefore: true };
      return writeFile(join(folder, 'rotation.json'), JSON.stringify(intent), { mode: 0o600 });
    },
    finds: { level: 'warning', check: 'rotation' },
    text: /was interrupted at .*the next refresh settles it/,
    next: 'keyturn refresh unsettled',
  },
  {
    name: 'locked',
    breaks: (folder) => {
      const since = new Date(Date.now() - 3_600_000).toISOString();
      const holder = {
        id: 'x',
        pid: process.pid,
        host: hostname(),
        startedAt: since,
        runId: 'r',
        command: 'keyturn refresh',
      };
      const lock = { ...holder, waitingForPersonSince: since };
      return writeFile(join(folder, 'run.lock'), JSON.stringify(lock), { mode: 0o600 });
    },
    finds: { level: 'warning', check: 'lock', code: 'KT221' },
    text: /held by keyturn refresh \(pid \d+ on .*waiting for a person since/,
    next: 'keyturn unblock locked',
  },
  {
    name: 'other-machine',
    breaks: async (folder) => {
      await mkdir(join(folder, 'browser'), { mode: 0o700 });
      await symlink('laptop-of-somebody-4711', join(folder, 'browser', 'SingletonLock'));
    },
    finds: { level: 'problem', check: 'profile', code: 'KT306' },
    text: /locked by process 4711 on "laptop-of-somebody"/,
    next: /^rm .*SingletonLock'?$/,
  },
  {
    name: 'open-browser',
    breaks: async (folder) => {
      const browser = join(folder, 'browser');
      await mkdir(browser, { mode: 0o700 });
      const stays = ['-e', 'setInterval(() => undefined, 60_000)', browser];
      const child = spawn(process.execPath, stays, { stdio: 'ignore' });
      children.push(child);
      await symlink(`${hostname()}-${child.pid}`, join(browser, 'SingletonLock'));
    },
    finds: { level: 'problem', check: 'profile', code: 'KT306' },
    text: /is open in process \d+ \(/,
    next: /^kill \d+$/,
  },
  {
    name: 'loose',
    breaks: (folder) => chmod(join(folder, 'history.jsonl'), 0o644),
    finds: { level: 'problem', check: 'history', code: 'KT210' },
    text: /has mode 0644/,
    next: /^chmod 600 /,
  },
  {
    name: 'off',
    breaks: (folder) => changeAccount(folder, { enabled: false }),
    finds: { level: 'note', check: 'account' },
    text: /switched off/,
    next: 'keyturn account enable off',
  },
];

test('one run finds the problem of every account and the command that fixes it', async ({ world }) => {
  const numbers = new Map(broken.map(({ name }, i) => [name, `1510000${String(2000 + i)}`]));
  for (const [name, number] of numbers) await putAccount(world, name, number);
  expectRun(await world.cli('refresh', '--quiet'), 0);
  for (const { name, breaks } of broken) {
    await breaks(join(world.home, 'accounts', name), world, numbers.get(name) ?? '');
  }
  const run = await doctor(world, {}, '--json');
  expect(run.exitCode, run.stderr).toBe(1);
  const findings = findingsOf(run);
  for (const { name, finds, text, next } of broken) {
    const own = findings.filter((finding) => finding.group === name);
    const found = own.find((finding) => finding.check === finds.check && text.test(finding.text));
    expect(found, `${name}: ${JSON.stringify(own, null, 1)}`).toMatchObject(finds);
    if (next === undefined) expect(found?.next).toBeUndefined();
    else expect(found?.next ?? '', name).toMatch(typeof next === 'string' ? new RegExp(`^${next}$`) : next);
  }
  expect(run.stdout).not.toContain('PlantedProxyWord');
  for (const { currentKey } of [...numbers.values()].map((number) => world.simulator.console.truth(number))) {
    expect(run.stdout).not.toContain(currentKey ?? '?');
  }
});

test('doctor renews nothing and leaves the account unchanged', async ({ world }) => {
  await world.addImported();
  await world.prepare('refresh');
  const before = (await world.files()).filter(({ path }) => !path.startsWith('logs/'));
  const rotations = world.simulator.console.truth(phone).rotations;
  const requests = world.simulator.console.requests().length;
  const told = world.simulator.feishu.messages().length;
  const run = await doctor(world, {}, 'work', '--json');
  expect(findingsOf(run).filter(({ group, level }) => group === 'work' && level !== 'ok')).toEqual([]);
  expect(world.simulator.console.truth(phone).rotations).toBe(rotations);
  const after = (await world.files()).filter(({ path }) => !path.startsWith('logs/') && path !== 'no-browser');
  expect(after).toEqual(before);
  const made = world.simulator.console.requests().slice(requests);
  expect(made.filter(({ path }) => path === '/api/openapi/apikey').map(({ method }) => method)).toEqual(['GET']);
  expect(world.simulator.feishu.messages()).toHaveLength(told);
});

test('doctor checks only the named accounts, and an unknown name is a usage error', async ({ world }) => {
  await world.addImported('work');
  await world.addImported('home', { phone: '15100009999' });
  const run = await doctor(world, {}, 'home', '--offline', '--json');
  expect(new Set(findingsOf(run).map(({ group }) => group))).toEqual(new Set(['machine', 'home']));
  expectRun(await doctor(world, {}, 'hmoe'), 2, /KT201/);
});

test('checks that hang end at the deadline and do not hide the others', async ({ world }) => {
  await world.addImported();
  await world.prepare('refresh');
  world.simulator.console.weather.set({ hang: { next: 9 } });
  world.simulator.feishu.weather.always.about = { hang: true };
  world.simulator.feishu.weather.upgrade = 'hang';
  const browser = join(world.home, 'hanging-browser');
  await writeFile(browser, '#!/bin/sh\n[ "$1" = --version ] || sleep 300\n', { mode: 0o700 });
  const run = await world.startWith({ KEYTURN_BROWSER: browser }, 'doctor', '--json', '--timeout', '2s').ended;
  const findings = findingsOf(run);
  const hanging = findings.filter(({ check }) => ['browser', 'bot', 'connection', 'session'].includes(check));
  expect(hanging.filter(({ level }) => level === 'ok')).toEqual([]);
  expect(new Set(findings.map(({ group }) => group))).toEqual(new Set(['machine', 'feishu', 'work']));
  expect(findings.find(({ check }) => check === 'session')).toMatchObject({ next: 'keyturn doctor --timeout 1m' });
});

test('doctor reports no problem when everything works', async ({ world }) => {
  await world.addImported();
  await world.prepare('refresh');
  const run = await world.cli('doctor', '--send', '--timeout', '80s');
  expectRun(run, 0, /browser .*starts, in [\d.]+ s/);
  expect(run.stdout).toMatch(/^This machine\n/);
  expect(run.stdout).toMatch(/\n\nAccount work\n/);
  expect(run.stdout.trimEnd().split('\n').at(-1)).toMatch(/no problems: renewals will work|No problems found/);
  await world.simulator.feishu.waitForMessage((message) => message.msgType === 'text');
});

test('an expired key and an unknown setting are problems with exit 1', async ({ world }) => {
  await world.addImported();
  await world.prepare('refresh');
  world.simulator.clock.advance(8 * dayMs);
  await writeFile(join(world.home, 'settings.json'), JSON.stringify({ notfiy: { success: true } }), { mode: 0o600 });
  const run = await doctor(world, {}, '--offline');
  expectRun(run, 1, /it died 1d.* ago.*\[KT154\]\n\s+next: keyturn refresh work\n/);
  expect(run.stdout).toMatch(/notfiy \(\S+\): there is no such setting.*\n\s+next: keyturn config unset notfiy\n/);
  expect(run.stdout.trimEnd().split('\n').at(-1)).toMatch(/^\d problems.*renewals will fail/);
});
