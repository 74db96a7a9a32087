import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServerProcess, type ServerProcess } from './server-process.js';
import { uptimeKuma } from './set-up.mjs';

/** An entry of the server's key list. It does not contain the key itself. */
interface ListedKey {
  readonly id: number;
  readonly name: string;
  /** For example `2026-12-28 00:00:00`, in the server's time zone (UTC). */
  readonly expires: string | null;
  readonly status: 'active' | 'inactive' | 'expired';
}

/** A server and its only user. */
export interface UptimeKumaServer {
  readonly url: string;
  readonly login: string;
  readonly password: string;
  keys(): Promise<readonly ListedKey[]>;
  accepts(key: string): Promise<boolean>;
  /** Resets the password with the server's own tool. This ends all sessions. The keys stay valid. */
  resetPassword(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the server with an empty data folder; `stop` removes it. */
export async function startUptimeKuma(): Promise<UptimeKumaServer> {
  const data = await mkdtemp(join(tmpdir(), 'keyturn-uptime-kuma-'));
  const login = 'keeper';
  let password = newPassword();
  let server: ServerProcess | undefined;
  const env = { PATH: process.env['PATH'], TZ: 'UTC', NODE_ENV: 'production', UPTIME_KUMA_DB_TYPE: 'sqlite' };
  const start = (port?: number) =>
    startServerProcess({
      command: process.execPath,
      args: (free) => ['server/server.js', '--host=127.0.0.1', `--port=${free}`, `--data-dir=${data}/`],
      cwd: uptimeKuma.program,
      env,
      readyPath: '/api/entry-page',
      port,
    });
  const stop = async () => {
    await server?.stop();
    await rm(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    server = await start();
    const { url } = server;
    await withSocket(url, async (socket) => {
      await ask(socket, 'setup', login, password);
    });
    return {
      url,
      login,
      get password() {
        return password;
      },
      keys: () =>
        withSocket(url, async (socket) => {
          let list: readonly ListedKey[] = [];
          socket.on('apiKeyList', (keys) => (list = keys as ListedKey[]));
          await ask(socket, 'login', { username: login, password, token: '' });
          // The server sends the list before the answer.
          await ask(socket, 'getAPIKeyList');
          return list;
        }),
      accepts: async (key) => {
        const authorization = `Basic ${Buffer.from(`:${key}`).toString('base64')}`;
        const { status } = await fetch(`${url}/metrics`, { headers: { authorization } });
        if (status !== 200 && status !== 401) throw new Error(`Uptime Kuma answered a key with HTTP ${status}`);
        return status === 200;
      },
      resetPassword: async () => {
        await server?.stop();
        const next = newPassword();
        await runResetTool(data, next, env);
        password = next;
        server = await start(Number(new URL(url).port));
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The part of the socket.io client that the tests use. */
interface Socket {
  on(event: string, listener: (data: unknown) => void): void;
  emit(event: string, ...args: unknown[]): void;
  disconnect(): void;
}

async function withSocket<T>(url: string, work: (socket: Socket) => Promise<T>): Promise<T> {
  const load = createRequire(join(uptimeKuma.program, 'package.json'));
  const { io } = load('socket.io-client') as { io: (url: string) => Socket };
  const socket = io(url);
  try {
    return await work(socket);
  } finally {
    socket.disconnect();
  }
}

function ask(socket: Socket, event: string, ...args: unknown[]): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.emit(event, ...args, ({ ok, msg }: { ok: boolean; msg?: string }) =>
      ok ? resolve() : reject(new Error(`Uptime Kuma refused ${event}: ${msg}`)),
    );
  });
}

async function runResetTool(data: string, password: string, env: NodeJS.ProcessEnv): Promise<void> {
  const tool = spawn(process.execPath, ['extra/reset-password.js', `--data-dir=${data}/`], {
    cwd: uptimeKuma.program,
    env,
  });
  let output = '';
  tool.stdout.on('data', (text) => {
    output += String(text);
    // The tool asks for the password twice.
    if (/Password: $/.test(String(text))) tool.stdin.write(`${password}\n`);
  });
  const [code] = (await once(tool, 'close')) as [number | null];
  if (code !== 0 || !output.includes('Password reset successfully')) {
    throw new Error(`the password was not reset (${code}): ${output}`);
  }
}

/** Returns a password with letters and digits, as the server requires. */
const newPassword = () => `Kuma1${randomBytes(12).toString('hex')}`;
