import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../simulator/free-port.js';

export interface ServerProcess {
  readonly url: string;
  stop(): Promise<void>;
}

export interface ServerProcessOptions {
  readonly command: string;
  /** Returns the arguments that make the server listen on this port. */
  readonly args: (port: number) => readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** The user and group of the server process; by default those of the tests. */
  readonly uid?: number;
  readonly gid?: number;
  /** Any free port by default. */
  readonly port?: number;
  /** A path that answers with a status below 500 once the server is ready. */
  readonly readyPath: string;
}

const startMs = 120_000;
const stopMs = 10_000;

/** Starts a server on 127.0.0.1 and waits until it answers. */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const { command, cwd, env, uid, gid } = options;
  const child = spawn(command, options.args(port), { cwd, env, uid, gid, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (data: Buffer) => (output = (output + String(data)).slice(-4000));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  let end: string | undefined;
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      end = error.message;
      resolve();
    });
    child.once('close', (code, signal) => {
      end ??= `it ended with ${code ?? signal}`;
      resolve();
    });
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(kill, stopMs);
    await ended;
    clearTimeout(timer);
    process.off('exit', kill);
  };
  const deadlineAt = Date.now() + startMs;
  while (end === undefined && Date.now() < deadlineAt) {
    const status = await fetch(url + options.readyPath, { redirect: 'manual' }).then(
      (response) => response.status,
      () => undefined,
    );
    if (status !== undefined && status < 500) return { url, stop };
    await delay(100);
  }
  await stop();
  throw new Error(`${command} did not answer at ${url}: ${end ?? `${startMs / 1000} s went by`}\n${output}`);
}
