import { spawn } from 'node:child_process';

export interface ProgramEnd {
  readonly exitCode: number;
  /** Bytes: a crontab need not be UTF-8. */
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs a system program to its end. Resolves to undefined when there is no such program; never rejects. */
export type Run = (
  program: string,
  args: readonly string[],
  options?: { readonly input?: Buffer; readonly env?: Readonly<Record<string, string>> },
) => Promise<ProgramEnd | undefined>;

/** Stopping a watch may take ten seconds. A program that runs for longer than this hangs. */
const timeoutMs = 60_000;

/** Runs the programs found on PATH, in English, so that their output can be parsed. */
export function systemRun(env: NodeJS.ProcessEnv): Run {
  return (program, args, options = {}) =>
    new Promise((resolve) => {
      const child = spawn(program, [...args], {
        env: { ...env, LC_ALL: 'C', ...options.env },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      const finish = (end: ProgramEnd | undefined) => {
        clearTimeout(timer);
        resolve(end);
      };
      const failed = (exitCode: number, stderr: string) => finish({ exitCode, stdout: Buffer.alloc(0), stderr });
      // Not spawn's own `timeout`: when there is no such program, its timer goes on and keeps this process alive.
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        failed(124, 'it did not end within a minute');
        for (const stream of [child.stdout, child.stderr]) stream.destroy();
      }, timeoutMs);
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
      child.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') finish(undefined);
        else failed(126, error.code ?? error.message);
      });
      child.once('close', (code, signal) => {
        const stderr = Buffer.concat(err).toString('utf8');
        const end = signal ? `${stderr}\nit was ended by ${signal}` : stderr;
        finish({ exitCode: code ?? 128, stdout: Buffer.concat(out), stderr: end });
      });
      // A program may close its stdin without reading it.
      child.stdin.on('error', () => undefined);
      child.stdin.end(options.input);
    });
}

/** The last line that a failed program printed, else its exit code, as a part of a sentence. */
export function reasonOf(end: ProgramEnd): string {
  const line = (end.stderr.trim() || end.stdout.toString('utf8').trim())
    .split('\n')
    .filter((l) => l.trim() !== '')
    .at(-1);
  return line === undefined ? `exit code ${end.exitCode}` : line.trim().replace(/\.$/, '');
}
