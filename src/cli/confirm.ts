import { createInterface } from 'node:readline/promises';
import { usageError } from '../lib/settings-errors.js';
import type { ProcessContext } from '../app/process-context.js';
import { usageTexts } from '../messages/cli/usage.js';
import type { Text } from '../messages/text.js';

/** Asks yes or no at the terminal. Without a terminal, only the flag can say yes: stdin is not read. */
export async function confirm(context: ProcessContext, what: Text, command: string, yes?: boolean): Promise<boolean> {
  if (yes) return true;
  if (context.stdin.isTTY !== true || context.stderr.isTTY !== true) {
    const message = usageTexts.noTerminalToConfirm(what);
    throw usageError({ message, next: `${command} --yes` });
  }
  const lines = createInterface({ input: context.stdin, output: context.stderr });
  try {
    const answer = await lines.question(`${what[context.language]} [y/N] `, { signal: context.signal });
    return /^(y|yes|j|ja|是|好)$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
