import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface ChildOptions {
  readonly bin: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Whether what it prints on stdout is wanted, too. */
  readonly hasStdout: boolean;
  /** Each line that the process prints. */
  readonly onLine: (line: string) => void;
  readonly onMessage: (message: unknown, reply: (message: object) => void) => void;
  /** Ends the process: first with SIGTERM, then by killing it. */
  readonly signal: AbortSignal;
}

/** How long the process may take to end after SIGTERM. */
const graceMs = 3000;

/**
 * Each renewal has its own process: a loaded browser driver and page code stay in memory (about 100 MB), and a browser
 * that harms the process that drives it harms only that process. Rejects if the process cannot be started.
 * @returns the exit code; null if a signal ended the process
 */
export function runChild(args: readonly string[], options: ChildOptions): Promise<number | null> {
  const { bin, cwd, env, signal } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], {
      cwd,
      env,
      stdio: ['ignore', options.hasStdout ? 'pipe' : 'ignore', 'pipe', 'ipc'],
      // Keeps a Ctrl-C at the terminal from the child. This process then ends the child, once.
      detached: process.platform !== 'win32',
    });
    const reply = (message: object) => {
      if (child.connected) child.send(message, () => undefined);
    };
    child.on('message', (message) => options.onMessage(message, reply));
    for (const input of [child.stdout, child.stderr]) if (input) createInterface({ input }).on('line', options.onLine);
    let killing: NodeJS.Timeout | undefined;
    const end = () => {
      child.kill('SIGTERM');
      killing ??= setTimeout(() => {
        // Kills the browser too, so that a renewal that hangs leaves none behind.
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
      resolve(exitCode);
    });
  });
}
