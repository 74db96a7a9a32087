import { childEnv } from '../lib/child-env.js';
import { runCommand } from '../lib/run-command.js';
import { schedulerTexts } from '../messages/schedule-errors.js';
import { same, type Text } from '../messages/text.js';

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
  return async (program, args, { input, env: more } = {}) => {
    const options = { env: childEnv('system', env, { LC_ALL: 'C', ...more }), input, timeoutMs };
    const { end, stdout, stderr: bytes } = await runCommand([program, ...args], options);
    const stderr = bytes.toString('utf8');
    switch (end.kind) {
      case 'exited':
        return { exitCode: end.exitCode, stdout, stderr };
      case 'killed':
        return { exitCode: 128, stdout, stderr: `${stderr}\nit was ended by ${end.signal}` };
      case 'not-started':
        return end.code === 'ENOENT' ? undefined : { exitCode: 126, stdout, stderr: end.code };
      default:
        return { exitCode: 124, stdout, stderr: 'it did not end within a minute' };
    }
  };
}

/** Why a program failed; `end` is undefined when there is no such program. */
export function failureReason(program: string, end: ProgramEnd | undefined): Text {
  return end ? same(reasonOf(end)) : schedulerTexts.noProgram(program);
}

/** The last line that a failed program printed, else its exit code, as a part of a sentence. */
export function reasonOf(end: ProgramEnd): string {
  const line = (end.stderr.trim() || end.stdout.toString('utf8').trim())
    .split('\n')
    .filter((l) => l.trim() !== '')
    .at(-1);
  return line === undefined ? `exit code ${end.exitCode}` : line.trim().replace(/\.$/, '');
}
