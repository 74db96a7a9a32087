import { createInterface } from 'node:readline/promises';
import { appError } from '../errors/app-error.js';
import { cliErrors } from '../errors/cli-errors.js';
import type { ProcessContext } from '../app/process-context.js';

/** Asks yes or no at the terminal. Without a terminal, only the flag can say yes: stdin is not read. */
export async function confirm(
  context: ProcessContext,
  question: { readonly what: string; readonly command: string; readonly yes: boolean },
): Promise<boolean> {
  if (question.yes) return true;
  if (context.stdin.isTTY !== true || context.stderr.isTTY !== true)
    throw appError(cliErrors.confirmationNeeded, question);
  const lines = createInterface({ input: context.stdin, output: context.stderr });
  try {
    const answer = await lines.question(`${question.what} [y/N] `, { signal: context.signal });
    return /^(y|yes|j|ja|是|好)$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
