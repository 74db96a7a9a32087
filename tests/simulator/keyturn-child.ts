import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { shiftedClockEnv } from './shifted-clock-env.js';
import type { Simulator } from './simulator.js';

export interface KeyturnChildOptions {
  /** The built `dist/bin.js`. */
  readonly bin: string;
  /** KEYTURN_HOME. */
  readonly home: string;
  /** The child uses this simulator's clock and Feishu. */
  readonly simulator: Pick<Simulator, 'clock' | 'feishu'>;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** A command that starts the child, e.g. `['unshare', '--uts']`. */
  readonly under?: readonly string[];
  /** Called for each line of output. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
}

export interface KeyturnRun {
  /** Null if a signal ended the process. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
}

export interface KeyturnChild {
  readonly process: ChildProcess;
  readonly ended: Promise<KeyturnRun>;
}

/** The environment of a command line that uses this home and the simulated Feishu. */
export function keyturnEnv({ simulator, home }: Pick<KeyturnChildOptions, 'simulator' | 'home'>): NodeJS.ProcessEnv {
  return {
    ...process.env,
    KEYTURN_HOME: home,
    FEISHU_APP_ID: simulator.feishu.appId,
    FEISHU_APP_SECRET: simulator.feishu.appSecret,
    FEISHU_RECEIVER: simulator.feishu.ownerOpenId,
    FEISHU_DOMAIN: simulator.feishu.url,
    // The simulator is on the loopback interface, which a proxy cannot reach.
    NO_PROXY: '127.0.0.1,localhost',
    no_proxy: '127.0.0.1,localhost',
  };
}

/** Starts the real command line as a child process, with simulated time and the simulated Feishu in its environment. */
export function startKeyturn(args: readonly string[], options: KeyturnChildOptions): KeyturnChild {
  const { simulator, home, bin } = options;
  const startedAt = performance.now();
  // The installed command passes `--` too. Without it, Node would read an --env-file argument itself.
  const [program = '', ...rest] = [...(options.under ?? []), process.execPath, '--', bin, ...args];
  const child = spawn(program, rest, {
    cwd: options.cwd ?? home,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...keyturnEnv(options), ...shiftedClockEnv(simulator.clock.offsetMs), ...options.env },
  });
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    createInterface({ input: child[stream] }).on('line', (line) => {
      text[stream] += `${line}\n`;
      options.onLine?.(line, stream);
    });
  }
  const ended = new Promise<KeyturnRun>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) =>
      resolve({ exitCode, signal, stdout: text.stdout, stderr: text.stderr, tookMs: performance.now() - startedAt }),
    );
  });
  return { process: child, ended };
}
