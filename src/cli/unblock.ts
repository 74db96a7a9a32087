import type { ProcessContext } from '../app/process-context.js';
import { oneLine } from '../lib/redact.js';
import { commonTexts } from '../messages/cli/common.js';
import { unblockTexts } from '../messages/cli/unblock.js';
import { commandLineTexts } from '../messages/command-line.js';
import type { KeyturnCommand, SetExitCode } from './command-help.js';
import { openProgress } from './output/open-progress.js';
import { printError } from './output/print-error.js';

interface UnblockFlags {
  readonly wait?: string;
  readonly remote?: boolean;
  readonly trace?: boolean;
}

export function registerUnblock(program: KeyturnCommand, context: ProcessContext, setExitCode: SetExitCode): void {
  const { language } = context;
  program
    .command('unblock')
    .argument('[account]', unblockTexts.account[language])
    .description(unblockTexts.about[language])
    .option('--remote', unblockTexts.remote[language])
    .option('--trace', commonTexts.trace[language])
    .option('--wait <duration>', unblockTexts.wait[language])
    .examples(['keyturn unblock', 'keyturn unblock work --wait 30m', 'keyturn unblock work --remote'])
    .action(async (name: string | undefined, options: UnblockFlags) => {
      setExitCode(await run(name, options, context));
    });
}

async function run(name: string | undefined, flags: UnblockFlags, context: ProcessContext): Promise<number> {
  const { unblock } = await import('../app/unblock.js');
  const end = await unblock(context, {
    name,
    wait: flags.wait,
    isRemote: flags.remote === true,
    trace: flags.trace,
    progress: openProgress(context),
  });
  context.signal.throwIfAborted();
  if (end.failure !== undefined) return printError(end.failure, context, end.account);
  context.stdout.write(
    `${end.account}${commandLineTexts.colon[context.language]}${oneLine(end.headline[context.language])}\n`,
  );
  return 0;
}
