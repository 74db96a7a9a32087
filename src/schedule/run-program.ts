import { spawn } from 'node:child_process';

export interface ProgramEnd {
  readonly exitCode: number;
  /** Bytes: a crontab need not be UTF-8. */
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs a program of the system to its end. Undefined when there is no such program; never rejects. */
export type Run = (
  program: string,
  args: readonly string[],
  options?: { readonly input?: Buffer; readonly env?: Readonly<Record<string, string>> },
) => Promise<ProgramEnd | undefined>;

/** Stopping a watch may take its ten seconds; whatever takes longer hangs. */
const timeoutMs = 60_000;

/** The real programs, found on PATH, speaking English so that their answers can be read. */
export function systemRun(env: NodeJS.ProcessEnv): Run {
  return (program, args, options = {}) =>
    new Promise((resolve) => {
      const child = spawn(program, [...args], {
        env: { ...env, LC_ALL: 'C', ...options.env },
        stdio: ['pipe', 'pipe', 'pipe'],
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
      });
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
      child.once('error', (error: NodeJS.ErrnoException) => {
        const isMissing = error.code === 'ENOENT';
        resolve(
          isMissing ? undefined : { exitCode: 126, stdout: Buffer.alloc(0), stderr: error.code ?? error.message },
        );
      });
      child.once('close', (code, signal) => {
        const stderr = Buffer.concat(err).toString('utf8');
        const end = signal ? `${stderr}\nit was ended by ${signal}` : stderr;
        resolve({ exitCode: code ?? 128, stdout: Buffer.concat(out), stderr: end });
      });
      // A program that does not read its input is no trouble of ours.
      child.stdin.on('error', () => undefined);
      child.stdin.end(options.input);
    });
}

/** What a program said of its failure, as a part of a sentence. */
export function reasonOf(end: ProgramEnd): string {
  const line = (end.stderr.trim() || end.stdout.toString('utf8').trim())
    .split('\n')
    .filter((l) => l.trim() !== '')
    .at(-1);
  return line === undefined ? `exit code ${end.exitCode}` : line.trim().replace(/\.$/, '');
}
