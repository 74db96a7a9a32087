import type { ProcessContext } from '../../app/process-context.js';
import type { Progress } from '../../app/progress.js';

/** A line for each step. Two equal steps of an account in a row are one line. */
export function openProgress({ stderr }: ProcessContext, { quiet = false } = {}): Progress {
  const last = new Map<string, string>();
  const say = (line: string) => void stderr.write(`${line}\n`);
  return {
    step: (account, method, step) => {
      const line = `${account}: ${method}: ${step}`;
      if (!quiet && last.get(account) !== line) say(line);
      last.set(account, line);
    },
    say,
  };
}
