import type { ProcessContext } from '../../app/process-context.js';
import type { Progress } from '../../app/progress.js';
import { commandLineTexts } from '../../messages/command-line.js';
import { accountLine, methodText, stepText } from '../../messages/progress.js';

/** A line for each step. Two equal steps of an account in a row are one line. */
export function openProgress({ stderr, language }: ProcessContext, { quiet = false } = {}): Progress {
  const last = new Map<string, string>();
  const say = (line: string) => void stderr.write(`${line}\n`);
  return {
    step: (account, method, step) => {
      const who = `${account}${commandLineTexts.colon[language]}${methodText(method)[language]}`;
      const line = accountLine(language, who, stepText(step));
      if (!quiet && last.get(account) !== line) say(line);
      last.set(account, line);
    },
    say,
  };
}
