import { spawn } from 'node:child_process';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startSimulator, type Simulator, type WeatherPatch } from '../simulator/simulator.js';
import { saveAccount, type AccountConfig } from '../../src/store/accounts.js';
import { writeCheckpoint } from '../../src/store/checkpoints.js';
import { accountPaths, type AccountPaths } from '../../src/store/home.js';
import { parseSecrets } from '../../src/store/import-secrets.js';
import { writeKeyRecord } from '../../src/store/key-records.js';
import { runInProcess } from './keyturn-in-process.js';

const bin = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));
const phone = '15100001234';
const dayMs = 86_400_000;

/** Secrets in the files of every scene. None of them may be printed or logged. */
export const planted = {
  key: 'sk-plantedkey0123456789abcdefghijkl',
  cookie: 'planted-session-cookie-0123456789',
  appSecret: 'PlantedAppSecret0123456789',
} as const;

export interface SceneRun {
  readonly exitCode: number | null;
  readonly output: string;
}

/** An isolated state folder with the command line, and helpers for the entries in error-provocations.ts. */
export class ErrorScene {
  readonly #undo: (() => unknown)[] = [];
  #simulator: Promise<Simulator> | undefined;

  private constructor(readonly folder: string) {
    this.#undo.push(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  }

  static async open(): Promise<ErrorScene> {
    const scene = new ErrorScene(await mkdtemp(join(tmpdir(), 'keyturn-error-')));
    await scene.write('home/settings.json', JSON.stringify({ feishu: { appSecret: planted.appSecret } }));
    await mkdir(join(scene.folder, 'empty'));
    return scene;
  }

  get home(): string {
    return join(this.folder, 'home');
  }

  /** An empty folder, e.g. for PATH. */
  get empty(): string {
    return join(this.folder, 'empty');
  }

  /** Runs a command inside this process. */
  async cli(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<SceneRun> {
    const options = { env: this.#env(env), entry: bin, cwd: this.empty };
    const { exitCode, stdout, stderr } = await runInProcess(args, options);
    return { exitCode, output: stdout + stderr };
  }

  /**
   * Runs the built command line, for an error that comes from a changed Node or from the environment of the process.
   * Kills it after a minute.
   */
  async built(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<SceneRun> {
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: this.empty,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
      killSignal: 'SIGKILL',
      env: this.#env(env),
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode) => resolve({ exitCode, output }));
    });
  }

  #env(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    const inherited = Object.entries(process.env).filter(([name]) => !/^(?:FEISHU|KEYTURN|PLAYWRIGHT)_/.test(name));
    return {
      ...Object.fromEntries(inherited),
      KEYTURN_HOME: this.home,
      NO_COLOR: '1',
      FORCE_COLOR: undefined,
      NO_PROXY: '127.0.0.1,localhost',
      no_proxy: '127.0.0.1,localhost',
      DISPLAY: undefined,
      WAYLAND_DISPLAY: undefined,
      ...env,
    };
  }

  /** Writes a file in the scene's folder, by default readable only by its owner. Returns its path. */
  async write(name: string, text: string, mode = 0o600): Promise<string> {
    const path = join(this.folder, name);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, text, { mode });
    await chmod(path, mode);
    return path;
  }

  /** Writes a program with this shell script. Returns its path. */
  program(name: string, script: string): Promise<string> {
    return this.write(`programs/${name}`, `#!/bin/sh\n${script}\n`, 0o700);
  }

  /** Adds an account with a saved session. By default nothing listens at its console's address. */
  async account(config: Partial<AccountConfig> = {}): Promise<AccountPaths> {
    const baseUrl = config.baseUrl ?? 'http://127.0.0.1:9';
    const account: AccountConfig = {
      version: 1,
      name: 'work',
      site: 'iflow',
      baseUrl,
      probeUrl: 'none',
      enabled: true,
      method: 'auto',
      createdAt: new Date().toISOString(),
      ...config,
    };
    await saveAccount(this.home, account);
    const paths = accountPaths(this.home, account.name);
    await this.#session(paths, baseUrl, `BXAuth=${planted.cookie}; XSRF-TOKEN=x`);
    return paths;
  }

  /** Like {@link account}, but signed in to a simulated console. */
  async signedIn(weather: WeatherPatch, config: Partial<AccountConfig> = {}): Promise<AccountPaths> {
    const { console: site } = await this.simulator();
    site.addOwner({ phone, key: 'existing', keyAgeMs: 5 * dayMs });
    const paths = await this.account({ baseUrl: site.url, probeUrl: site.apiUrl, ...config });
    await this.#session(paths, site.url, site.issueSession(phone).cookieHeader);
    site.weather.set(weather);
    return paths;
  }

  /** Writes a key for the account: `good` expires in six days, `expired` has expired a day ago; `future` is yet to be made. */
  async key(paths: AccountPaths, state: 'good' | 'expired' | 'future'): Promise<void> {
    const expiresAt = Date.now() + { good: 6, expired: -1, future: 400 }[state] * dayMs;
    await writeKeyRecord(paths, {
      version: 1,
      previous: [],
      current: {
        key: planted.key,
        obtainedAt: new Date(expiresAt - 7 * dayMs).toISOString(),
        obtainedBy: 'http',
        expiresAt: new Date(expiresAt).toISOString(),
        runId: 'planted',
      },
    });
  }

  simulator(): Promise<Simulator> {
    this.#simulator ??= startSimulator().then((simulator) => {
      this.#undo.push(() => simulator.close());
      return simulator;
    });
    return this.#simulator;
  }

  /** Starts a web server for the scene. Returns its address. */
  async serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#undo.push(() => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Starts a Feishu that issues a token and passes other requests to `answer`. Returns the environment to use it. */
  async feishu(answer: RequestListener): Promise<NodeJS.ProcessEnv> {
    const domain = await this.serve((request, response) => {
      if (!request.url?.includes('/auth/')) return answer(request, response);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ code: 0, msg: 'ok', tenant_access_token: 't-planted', expire: 7200 }));
    });
    return this.feishuAt(domain);
  }

  feishuAt(domain: string): NodeJS.ProcessEnv {
    return {
      FEISHU_APP_ID: 'cli_a1b2c3d4e5f60718',
      FEISHU_APP_SECRET: planted.appSecret,
      FEISHU_RECEIVER: 'ou_0123456789abcdef',
      FEISHU_DOMAIN: domain,
    };
  }

  onClose(undo: () => unknown): void {
    this.#undo.push(undo);
  }

  async close(): Promise<void> {
    for (const undo of this.#undo.reverse()) await undo();
  }

  async #session(paths: AccountPaths, baseUrl: string, cookie: string): Promise<void> {
    const { checkpoint } = parseSecrets(JSON.stringify({ cookie }), 'session', { baseUrl, now: Date.now });
    await writeCheckpoint(paths, checkpoint);
  }
}
