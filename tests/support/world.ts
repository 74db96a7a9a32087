import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startKeyturn, type KeyturnChild, type KeyturnRun } from '../../src/simulator/keyturn-child.js';
import { SimulatedOwner } from '../../src/simulator/owner.js';
import { makeScratchHome } from '../../src/simulator/scratch-home.js';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.js';
import { expect, test as base } from './browsers.js';

const bin = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));

export const dayMs = 86_400_000;
export const phone = '15100001234';

/** One sealed world per test: a simulator, a state folder, and the built command line that knows both. */
export interface World {
  readonly simulator: Simulator;
  readonly home: string;
  readonly owner: SimulatedOwner;
  /** Runs the command line to its end. */
  cli(...args: string[]): Promise<KeyturnRun>;
  /** Starts it, to act while it runs. */
  start(...args: string[]): KeyturnChild;
  /** As {@link start}, with a changed environment. */
  startWith(env: NodeJS.ProcessEnv, ...args: string[]): KeyturnChild;
  /** An account with a live session that nobody had to sign in for: imported cookies. */
  addImported(name?: string, options?: { phone?: string; flags?: string[] }): Promise<void>;
  /** An account whose key is due and which is renewed over the page alone; this first key came over HTTP, which is quicker. */
  addDueOverPage(): Promise<void>;
  /** Adds an account and signs in with the visible browser. */
  signIn(name?: string, options?: { flags?: string[] }): Promise<KeyturnRun>;
  read(account: string, file: string): Promise<string>;
  json<T = Record<string, unknown>>(account: string, file: string): Promise<T>;
  /** Every file under the state folder except Chromium's own, with its text. */
  files(): Promise<{ path: string; text: string }[]>;
}

export const test = base.extend<{ world: World }>({
  world: async ({}, use, testInfo) => {
    if (!existsSync(bin))
      throw new Error('dist/bin.js is missing: run `npm run build` first, or `npm test`, which does');
    const home = await makeScratchHome('keyturn-test-');
    const simulator = await startSimulator();
    simulator.console.addOwner({ phone });
    // The simulated owner acts through the debugging port.
    await writeFile(join(home, 'settings.json'), JSON.stringify({ browser: { args: ['--remote-debugging-port=0'] } }), {
      mode: 0o600,
    });
    const owners: SimulatedOwner[] = [];
    const children = new Set<KeyturnChild>();
    const transcript: string[] = [];

    const startWith = (env: NodeJS.ProcessEnv, ...args: string[]) => {
      transcript.push(`$ keyturn ${args.join(' ')}`);
      const child = startKeyturn(args, {
        bin,
        home,
        simulator,
        env: { DISPLAY: undefined, WAYLAND_DISPLAY: undefined, NO_COLOR: '1', FORCE_COLOR: undefined, ...env },
        onLine: (line) => transcript.push(line),
      });
      children.add(child);
      void child.ended.then((run) => {
        transcript.push(`(exit ${run.exitCode ?? run.signal})`);
        children.delete(child);
      });
      return child;
    };
    const ownerOf = (account: string) => {
      const owner = new SimulatedOwner({ userDataDir: join(home, 'accounts', account, 'browser'), simulator });
      owners.push(owner);
      return owner;
    };
    const world: World = {
      simulator,
      home,
      owner: ownerOf('work'),
      cli: (...args) => startWith({}, ...args).ended,
      start: (...args) => startWith({}, ...args),
      startWith,
      addImported: async (name = 'work', options = {}) => {
        const number = options.phone ?? phone;
        const isKnown = simulator.console.owners().some((each) => each.phone === number);
        if (!isKnown) simulator.console.addOwner({ phone: number });
        const { cookieHeader, xsrf } = simulator.console.issueSession(number);
        const file = join(home, `${name}-secrets.json`);
        await writeFile(file, JSON.stringify({ name: '', cookie: cookieHeader, xsrf }), { mode: 0o600 });
        const { url, apiUrl } = simulator.console;
        const added = await world.cli(
          'account',
          'import',
          file,
          '--name',
          name,
          '--base-url',
          url,
          '--probe-url',
          apiUrl,
          ...(options.flags ?? []),
        );
        expect(added.exitCode, added.stderr).toBe(0);
      },
      addDueOverPage: async () => {
        await world.addImported('work', { flags: ['--method', 'browser'] });
        expectRun(await world.cli('refresh', '--method', 'http'), 0);
        simulator.clock.advance(4 * dayMs);
      },
      signIn: async (name = 'work', options = {}) => {
        const { url, apiUrl } = simulator.console;
        const added = await world.cli('account', 'add', name, '--base-url', url, '--probe-url', apiUrl);
        expect(added.exitCode, added.stderr).toBe(0);
        const login = world.start('login', name, '--yes', '--timeout', '60s', ...(options.flags ?? []));
        const owner = name === 'work' ? world.owner : ownerOf(name);
        await Promise.race([owner.signIn({ phone }), login.ended]);
        await owner.leave();
        return login.ended;
      },
      read: (account, file) => readFile(join(home, 'accounts', account, file), 'utf8'),
      json: async <T>(account: string, file: string) => JSON.parse(await world.read(account, file)) as T,
      files: async () => {
        const entries = await readdir(home, { recursive: true, withFileTypes: true });
        const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
        return Promise.all(
          paths
            .filter((path) => !path.includes('/browser/'))
            .map(async (path) => ({ path: path.slice(home.length + 1), text: await readFile(path, 'latin1') })),
        );
      },
    };
    await use(world);

    for (const child of children) child.process.kill('SIGKILL');
    await Promise.all([...children].map((child) => child.ended));
    await Promise.all(owners.map((owner) => owner.leave()));
    await simulator.close();
    if (testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach('transcript', { body: transcript.join('\n'), contentType: 'text/plain' });
      process.stdout.write(`${transcript.map((line) => `    | ${line}`).join('\n')}\n`);
    }
    await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  },
});

/** A run's end as a person sees it. */
export function expectRun(run: KeyturnRun, exitCode: number, text?: RegExp): void {
  expect(`exit ${run.exitCode}\n${run.stdout}${run.stderr}`).toMatch(new RegExp(`^exit ${exitCode}\n`));
  if (text) expect(run.stdout + run.stderr).toMatch(text);
}

export { expect };
