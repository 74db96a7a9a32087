import type { Command } from 'commander';
import { systemContext } from '../../src/app/process-context.js';
import { createProgram } from '../../src/cli/program.js';

/** The project's folder. */
export const root = new URL('../../', import.meta.url);

/** The whole command line, with actions and hooks that do nothing. Rejects for words that it does not take. */
export function commandParser(): (words: readonly string[]) => Promise<void> {
  const { context, dispose } = systemContext({ packageFolder: root.pathname });
  dispose();
  return async (words) => {
    const program = await createProgram(context, () => undefined, /^\w/.test(words[0] ?? '') ? words[0] : undefined);
    const disarm = (command: Command) => {
      if (command.commands.length === 0) command.action(() => undefined);
      command.commands.forEach(disarm);
    };
    disarm(program);
    Object.assign(program, { _lifeCycleHooks: {} });
    program.configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
    await program.parseAsync([...words], { from: 'user' });
  };
}
