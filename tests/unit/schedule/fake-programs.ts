import type { ProgramEnd, Run } from '../../../src/schedule/system-run.js';

export const answer = (stdout = '', exitCode = 0, stderr = ''): ProgramEnd => ({
  exitCode,
  stdout: Buffer.from(stdout, 'latin1'),
  stderr,
});

export interface Programs {
  readonly run: Run;
  /** Every call, as one line. */
  readonly calls: string[];
}

/** Fake programs that answer with what `answerTo` returns. A program without an answer is not installed. */
export function programs(answerTo: (call: string, input: string) => ProgramEnd | undefined): Programs {
  const calls: string[] = [];
  const run: Run = (program, args, options) => {
    const call = [program, ...args].join(' ');
    calls.push(call);
    return Promise.resolve(answerTo(call, options?.input?.toString('latin1') ?? ''));
  };
  return { run, calls };
}
