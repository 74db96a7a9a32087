import type { ProcessContext } from '../app/process-context.js';
import type { UnblockOptions } from '../app/unblock.js';
import { oneLine } from '../lib/redact.js';
import { commonTexts } from '../messages/cli/common.js';
import { unblockTexts } from '../messages/cli/unblock.js';
import { commandLineTexts } from '../messages/command-line.js';
import type { KeyturnCommand, SetExitCode } from './command-help.js';
import { printError } from './output/print-error.js';

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
    .action(async (name: string | undefined, flags: Omit<UnblockOptions, 'name'>) => {
      const { unblock } = await import('../app/unblock.js');
      const { account, headline, failure } = await unblock(context, { ...flags, name });
      context.signal.throwIfAborted();
      if (failure !== undefined) return setExitCode(printError(failure, context, account));
      const { stdout, language: shown } = context;
      stdout.write(`${account}${commandLineTexts.colon[shown]}${oneLine(headline[shown])}\n`);
    });
}
