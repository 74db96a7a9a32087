import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { usageError } from '../lib/settings-errors.js';
import { configTexts } from '../messages/cli/config.js';
import { Interrupted, type ProcessContext } from '../app/process-context.js';

const configSet = 'keyturn config set';

/** Reads a secret value: from the keyboard without an echo, or, for `-`, from a pipe. */
export async function readSecret(context: ProcessContext, key: string, isPiped: boolean, command = configSet) {
  if (isPiped) {
    let text = '';
    for await (const chunk of context.stdin) text += String(chunk);
    return text.replace(/\r?\n$/, '');
  }
  if (context.stdin.isTTY !== true) {
    throw usageError({ message: configTexts.noValue(key, command === configSet), command });
  }
  context.stderr.write(configTexts.secretPrompt(key)[context.language]);
  const mute = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: context.stdin, output: mute, terminal: true });
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve);
      lines.once('SIGINT', () =>
        reject(context.signal.reason instanceof Error ? context.signal.reason : new Interrupted('SIGINT')),
      );
      context.signal.addEventListener('abort', () => lines.close(), { once: true });
      lines.once('close', () => reject(usageError({ message: configTexts.nothingTyped(key), command })));
    });
  } finally {
    lines.close();
    context.stderr.write('\n');
  }
}
