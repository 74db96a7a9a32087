import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How a renewal's own process ended. */
export interface ChildEnd {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
}

export interface ChildOptions {
  /** `dist/bin.js`. */
  readonly bin: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Each line that explains something to people. */
  readonly onLine: (line: string) => void;
  /** What it says on the line between the two processes. */
  readonly onMessage: (message: unknown, reply: (message: object) => void) => void;
  /** Ends it: gently first, then for sure. */
  readonly signal: AbortSignal;
  /** How long a gentle end may take. */
  readonly graceMs?: number;
}

/**
 * Runs `keyturn …` as a process of its own. Each renewal gets one, because the browser driver, the validator and the page
 * code stay in memory for ever once they are loaded (about 100 MB for one renewal every few days), because whatever a
 * browser does to the process that drives it ends there, and because the command line is then the one way to renew.
 * Rejects when it cannot be started.
 */
export function runChild(args: readonly string[], options: ChildOptions): Promise<ChildEnd> {
  const { bin, cwd, env, signal, graceMs = 3000 } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Ctrl-C at the terminal reaches this process only, which then ends the child itself, and once.
      detached: process.platform !== 'win32',
    });
    let stdout = '';
    if (!child.stdout || !child.stderr) throw new Error('a process without output');
    const reply = (message: object) => {
      if (child.connected) child.send(message, () => undefined);
    };
    child.on('message', (message) => options.onMessage(message, reply));
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    createInterface({ input: child.stderr }).on('line', options.onLine);
    let killing: NodeJS.Timeout | undefined;
    const end = () => {
      child.kill('SIGTERM');
      killing ??= setTimeout(() => {
        // With its browser: a renewal that hangs must not leave one behind.
        void import('../../browser/process-tree.js').then(({ killTree }) => {
          if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) killTree(child.pid);
        });
      }, graceMs);
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
    const tidy = () => {
      clearTimeout(killing);
      signal.removeEventListener('abort', end);
    };
    child.once('error', (error) => {
      tidy();
      reject(error);
    });
    child.once('close', (exitCode) => {
      tidy();
      resolve({ exitCode, stdout });
    });
  });
}
