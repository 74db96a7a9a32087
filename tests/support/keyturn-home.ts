import type { TestInfo } from '@playwright/test';
import { existsSync } from 'node:fs';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  keyturnEnv,
  startKeyturn,
  type KeyturnChild,
  type KeyturnChildOptions,
  type KeyturnRun,
} from '../simulator/keyturn-child.js';
import { makeScratchHome } from '../simulator/scratch-home.js';
import { expect } from './browsers.js';
import { runInProcess, type FinishedRun } from './keyturn-in-process.js';
import { browserSettings } from './test-browser.js';

const bin = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));

/** A state folder for one test, and the built command line that uses it. */
export interface KeyturnHome {
  readonly home: string;
  /** Runs the command line to its end. */
  cli(...args: string[]): Promise<KeyturnRun>;
  /**
   * Runs a command inside this process, for what a test prepares or reads beside the runs that it is about. It finds no
   * browser.
   */
  inProcess(...args: string[]): Promise<FinishedRun>;
  /** Like {@link inProcess}, and expects that the command succeeds. */
  prepare(...args: string[]): Promise<void>;
  /** Starts the command line, so that the test can act while it runs. */
  start(...args: string[]): KeyturnChild;
  /** Like {@link start}, with a changed environment. */
  startWith(env: NodeJS.ProcessEnv, ...args: string[]): KeyturnChild;
  /** The account's browser profile. A simulated person uses it to find the open browser. */
  browserFolder(account: string): string;
  read(account: string, file: string): Promise<string>;
  json<T = Record<string, unknown>>(account: string, file: string): Promise<T>;
  /** All files in the state folder, except those of Chromium, with their text. */
  files(): Promise<{ path: string; text: string }[]>;
  /** Kills all commands that are still running. */
  endAll(): Promise<void>;
  /** Removes the folder. If the test failed, prints the commands and their output. */
  remove(testInfo: TestInfo): Promise<void>;
}

export async function openKeyturnHome(
  simulator: KeyturnChildOptions['simulator'],
  options: { readonly hasRealBrowser: boolean; readonly hasFeishu?: boolean },
): Promise<KeyturnHome> {
  if (!existsSync(bin)) throw new Error('dist/bin.js is missing: run `npm run build` first, or `npm test`, which does');
  const home = await makeScratchHome('keyturn-test-');
  const settings = { browser: browserSettings(options) };
  await writeFile(join(home, 'settings.json'), JSON.stringify(settings), { mode: 0o600 });
  const children = new Set<KeyturnChild>();
  const transcript: string[] = [];

  // Each command that sends a message loads the SDK, which takes longer than the rest of it.
  const noFeishu = { FEISHU_APP_ID: undefined, FEISHU_APP_SECRET: undefined, FEISHU_RECEIVER: undefined };
  const feishuEnv = options.hasFeishu === false ? noFeishu : {};
  const ownEnv = {
    ...feishuEnv,
    // A window that only seems to open (test-browser.sh) needs a desktop that only seems to be there.
    DISPLAY: options.hasRealBrowser ? undefined : ':99',
    WAYLAND_DISPLAY: undefined,
    NO_COLOR: '1',
    FORCE_COLOR: undefined,
  };
  const startWith = (env: NodeJS.ProcessEnv, ...args: string[]) => {
    transcript.push(`$ keyturn ${args.join(' ')}`);
    const child = startKeyturn(args, {
      bin,
      home,
      simulator,
      env: { ...ownEnv, ...env },
      onLine: (line) => transcript.push(line),
    });
    children.add(child);
    void child.ended.then((run) => {
      transcript.push(`(exit ${run.exitCode ?? run.signal})`);
      children.delete(child);
    });
    return child;
  };
  const inProcess = async (...args: string[]) => {
    transcript.push(`$ keyturn ${args.join(' ')}`);
    const run = await runInProcess(args, {
      env: { ...keyturnEnv({ home, simulator }), ...ownEnv, KEYTURN_BROWSER: join(home, 'no-browser') },
      entry: bin,
      cwd: home,
      now: () => simulator.clock.now(),
    });
    transcript.push(run.stdout + run.stderr, `(exit ${run.exitCode})`);
    return run;
  };
  const read = (account: string, file: string) => readFile(join(home, 'accounts', account, file), 'utf8');
  return {
    home,
    cli: (...args) => startWith({}, ...args).ended,
    inProcess,
    prepare: async (...args) => expectRun(await inProcess(...args), 0),
    start: (...args) => startWith({}, ...args),
    startWith,
    browserFolder: (account) => join(home, 'accounts', account, 'browser'),
    read,
    json: async <T>(account: string, file: string) => JSON.parse(await read(account, file)) as T,
    files: async () => {
      const entries = await readdir(home, { recursive: true, withFileTypes: true });
      const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      return Promise.all(
        paths
          .filter((path) => !path.includes('/browser/'))
          .map(async (path) => ({ path: path.slice(home.length + 1), text: await readFile(path, 'latin1') })),
      );
    },
    endAll: async () => {
      for (const child of children) child.process.kill('SIGKILL');
      await Promise.all([...children].map((child) => child.ended));
    },
    remove: async (testInfo) => {
      if (testInfo.status !== testInfo.expectedStatus) {
        await testInfo.attach('transcript', { body: transcript.join('\n'), contentType: 'text/plain' });
        process.stdout.write(`${transcript.map((line) => `    | ${line}`).join('\n')}\n`);
      }
      await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
}

/** Expects the exit code and, if given, a match in the output. */
export function expectRun(run: FinishedRun, exitCode: number, text?: RegExp): void {
  expect(`exit ${run.exitCode}\n${run.stdout}${run.stderr}`).toMatch(new RegExp(`^exit ${exitCode}\n`));
  if (text) expect(run.stdout + run.stderr).toMatch(text);
}
