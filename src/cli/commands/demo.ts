import { join } from 'node:path';
import type { Command } from 'commander';
import type { CliContext } from '../context.js';
import { examples, type SetExitCode } from '../command-help.js';

export function registerDemo(program: Command, context: CliContext, setExitCode: SetExitCode): void {
  program
    .command('demo')
    .description('the whole story on a simulated console and a simulated Feishu, in a folder of its own')
    .option('--keep', 'leave the simulator running afterwards, to play with it by hand')
    .option('--simulator-only', 'start only the simulator, without the story')
    .addHelpText('after', examples(['keyturn demo', 'keyturn demo --keep']))
    .action(async (options: { keep?: boolean; simulatorOnly?: boolean }) => {
      const { runDemo } = await import('../../simulator/demo.js');
      const isDone = await runDemo({
        bin: join(context.packageFolder, 'dist', 'bin.js'),
        stdout: context.stdout,
        env: context.env,
        keep: options.keep === true || options.simulatorOnly === true,
        story: options.simulatorOnly !== true,
        signal: context.signal,
      });
      if (!isDone) setExitCode(1);
    });
}
