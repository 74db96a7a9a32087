import { spawn } from 'node:child_process';
import type { Redactor } from '../lib/redactor.js';

export interface ProgramRun {
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Written to the program's stdin, which is empty otherwise. */
  readonly input?: string;
  readonly timeoutMs: number;
  /** Removes secrets from the output. */
  readonly redactor: Redactor;
  readonly signal?: AbortSignal;
}

/** `how` completes "the program …", e.g. `ended with exit code 1`. `output` is redacted, and only its end is kept. */
export interface ProgramEnd {
  readonly ok: boolean;
  readonly how: string;
  readonly output: string;
}

const keptOutput = 4000;
const graceMs = 2000;

/**
 * Runs one of the owner's programs without a terminal (in a session of its own) and with no stdin but `input`.
 * Kills its whole process group when the time is up. Never rejects.
 */
export function runProgram({ argv, env, input, timeoutMs, redactor, signal }: ProgramRun): Promise<ProgramEnd> {
  const [file = '', ...args] = argv;
  return new Promise((resolve) => {
    let output = '';
    let ending: string | undefined;
    let isOver = false;
    const child = spawn(file, args, {
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    const timers: NodeJS.Timeout[] = [];
    const after = (ms: number, work: () => void) => void timers.push(setTimeout(work, ms));

    const finish = (ok: boolean, how: string) => {
      if (isOver) return;
      isOver = true;
      for (const timer of timers) clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      // A process that the program left in the background may hold the pipes open for ever.
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
      resolve({ ok, how, output: lastLines(output, redactor) });
    };
    const end = (why: string) => {
      if (ending !== undefined) return;
      ending = why;
      killGroup(child.pid, 'SIGTERM');
      after(graceMs, () => killGroup(child.pid, 'SIGKILL'));
      // Even SIGKILL does not end a process that is blocked in the kernel.
      after(graceMs * 2, () => finish(false, why));
    };
    const onAbort = () => end('was ended because keyturn was interrupted');

    child.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'ENOENT' ? 'there is no such program' : (error.code ?? 'unknown error');
      finish(false, `could not be started: ${reason}`);
    });
    const onExit = (code: number | null, killedBy: NodeJS.Signals | null) => {
      if (ending !== undefined) killGroup(child.pid, 'SIGKILL');
      if (ending !== undefined) finish(false, ending);
      else if (code === 0) finish(true, 'ended well');
      else finish(false, code === null ? `was ended by ${killedBy ?? 'a signal'}` : `ended with exit code ${code}`);
    };
    child.once('close', onExit);
    // The last output usually arrives with the exit. Do not wait longer for `close`, which a process in the
    // background can delay for ever.
    child.once('exit', (code, killedBy) => after(500, () => onExit(code, killedBy)));
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-2 * keptOutput)));
      stream.on('error', () => undefined);
    }
    // A program may close its stdin without reading it.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
    after(timeoutMs, () => end(`did not end within ${Math.round(timeoutMs / 100) / 10} s and was killed`));
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/**
 * The redacted end of the output. Where the beginning was cut off, drops the first word, which may be the rest of a
 * secret.
 */
function lastLines(output: string, redactor: Redactor): string {
  const whole = output.length < 2 * keptOutput ? output : output.replace(/^\S*/, '');
  const lines = redactor.hide(whole).split('\n');
  return lines
    .map((line) => redactor.foreign(line))
    .join('\n')
    .slice(-keptOutput);
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    // The process has already ended.
  }
}

/** The environment of the owner's programs: keyturn's own, without the variables meant for keyturn alone. */
export function programEnv(
  env: NodeJS.ProcessEnv,
  more: Readonly<Record<string, string | undefined>>,
): NodeJS.ProcessEnv {
  const inherited = { ...env };
  for (const name of ['FEISHU_APP_SECRET', 'KEYTURN_WATCH_RELAY']) delete inherited[name];
  return { ...inherited, ...more };
}
