import { join } from 'node:path';
import { Option, type Command } from 'commander';
import type { CliContext } from '../context.js';
import { examples, type SetExitCode } from '../command-help.js';

export function registerDemo(program: Command, context: CliContext, setExitCode: SetExitCode): void {
  program
    .command('demo')
    .description('the whole story on a simulated console and a simulated Feishu, in a folder of its own')
    .option('--keep', 'leave the simulator running afterwards, to play with it by hand')
    .option('--simulator-only', 'start only the simulator, without the story')
    .addOption(
      new Option(
        '--several-keys',
        'start only the simulator, with a console that has several keys side by side and shows each once',
      ).implies({ simulatorOnly: true }),
    )
    .addHelpText('after', examples(['keyturn demo', 'keyturn demo --keep', 'keyturn demo --several-keys']))
    .action(async (options: { keep?: boolean; simulatorOnly?: boolean; severalKeys?: boolean }) => {
      const { runDemo } = await import('../../simulator/demo.js');
      const isDone = await runDemo({
        bin: join(context.packageFolder, 'dist', 'bin.js'),
        stdout: context.stdout,
        env: context.env,
        keep: options.keep === true || options.simulatorOnly === true,
        story: options.simulatorOnly !== true,
        consoleKind: options.severalKeys === true ? 'several-keys' : 'one-key',
        signal: context.signal,
      });
      if (!isDone) setExitCode(1);
    });
}
