import type { Readable } from 'node:stream';
import { programReasons } from '../messages/file-reasons.js';
import { same, type Text } from '../messages/text.js';
import { orUndefined } from './or-undefined.js';
import { withDeadline } from './with-deadline.js';

export interface CommandOptions {
  /** The program's whole environment. */
  readonly env: NodeJS.ProcessEnv;
  /** Written to the program's stdin, which is empty otherwise. */
  readonly input?: string | Uint8Array;
  readonly timeoutMs: number;
  /** Ends the program. */
  readonly signal?: AbortSignal;
  /** Of each output, only this many bytes at its end are kept. Absent: all. */
  readonly keptBytes?: number;
}

export type ProcessEnd =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'killed'; readonly signal: NodeJS.Signals }
  /** `code` is the system's, e.g. `ENOENT`; `reason` says it in words. */
  | { readonly kind: 'not-started'; readonly code: string; readonly reason: Text };

/** `late`, `interrupted`: keyturn ended the program. */
export type CommandEnd = ProcessEnd | { readonly kind: 'late' | 'interrupted' };

export interface CommandResult {
  readonly end: CommandEnd;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** stdout and stderr in order of arrival. */
  readonly output: Buffer;
}

const graceMs = 2000;
/** The last output usually arrives with the exit. */
const lastOutputMs = 500;

/** `verbose`: otherwise NODE_DEBUG makes execa print the arguments and the output. */
const always = {
  extendEnv: false,
  reject: false,
  cleanup: false,
  forceKillAfterDelay: false,
  verbose: 'none',
} as const;

/** Ends the program's whole process group when the time is up or the signal is aborted. Never rejects. */
export async function runCommand(argv: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const { execa } = await import('execa');
  const { env, input = '', timeoutMs, signal, keptBytes = Infinity } = options;
  const [file = '', ...args] = argv;
  const detached = process.platform !== 'win32';
  const child = execa(file, args, { ...always, env, input, detached, buffer: false });
  const { stdin, stdout, stderr } = child;
  const outputs = [[stdout], [stderr], [stdout, stderr]].map((streams) => lastBytes(streams, keptBytes));
  // A process that the program left in the background can hold the pipes open for ever.
  const letGo = () => [stdin, stdout, stderr].forEach((stream) => stream.destroy());
  child.once('exit', () => setTimeout(letGo, lastOutputMs).unref());

  const ended = child.then(endOf);
  const late = (): CommandEnd => ({ kind: 'late' });
  const end = await withDeadline(ended, timeoutMs, late, signal).catch((): CommandEnd => ({ kind: 'interrupted' }));
  if (end.kind === 'late' || end.kind === 'interrupted') {
    for (const order of ['SIGTERM', 'SIGKILL'] as const) {
      killGroup(child.pid, order);
      await withDeadline(ended, graceMs, () => undefined);
    }
    // Even SIGKILL does not end a process that is blocked in the kernel.
    letGo();
    child.unref();
  }
  const [out, err, both] = outputs.map((read) => read()) as [Buffer, Buffer, Buffer];
  return { end, stdout: out, stderr: err, output: both };
}

/** Gives the program this process's terminal and passes signals on to it. Never rejects. */
export async function runInForeground(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<ProcessEnd> {
  const { execa } = await import('execa');
  const [file = '', ...args] = argv;
  const child = execa(file, args, { ...always, env, stdio: 'inherit' });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;
  // A terminal sends Ctrl-C to the whole foreground group; passing it on would interrupt the program twice.
  const pass = (signal: NodeJS.Signals) =>
    signal === 'SIGINT' && process.stdin.isTTY ? undefined : void child.kill(signal);
  for (const signal of signals) process.on(signal, pass);
  const result = await child;
  for (const signal of signals) process.off(signal, pass);
  return endOf(result);
}

function endOf(result: { exitCode?: number; signal?: NodeJS.Signals; code?: string }): ProcessEnd {
  const { exitCode, signal, code = 'unknown error' } = result;
  if (exitCode !== undefined) return { kind: 'exited', exitCode };
  if (signal !== undefined) return { kind: 'killed', signal };
  return { kind: 'not-started', code, reason: programReasons[code] ?? same(code) };
}

function lastBytes(streams: readonly Readable[], most: number): () => Buffer {
  let kept = Buffer.alloc(0);
  const keep = (chunk: Buffer) => void (kept = Buffer.concat([kept, chunk]).subarray(-most));
  for (const stream of streams) stream.on('data', keep);
  return () => kept;
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  // The process may have ended already.
  if (pid !== undefined) orUndefined(() => process.kill(process.platform === 'win32' ? pid : -pid, signal));
}
