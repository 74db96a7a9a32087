import { Option } from 'commander';
import { keyToPrint } from '../app/print-key.js';
import type { ProcessContext } from '../app/process-context.js';
import { requireDuration } from '../lib/duration.js';
import { commonTexts } from '../messages/cli/common.js';
import { keyTexts } from '../messages/cli/key.js';
import type { KeyturnCommand } from './command-help.js';
import { printError } from './output/print-error.js';

interface KeyFlags {
  readonly evenExpired?: boolean;
  readonly validFor?: string;
  readonly renew?: boolean;
}

export function registerKey(program: KeyturnCommand, context: ProcessContext): void {
  const { language } = context;
  program
    .command('key')
    .argument('[account]', commonTexts.onlyAccount[language])
    .description(keyTexts.about[language])
    .addOption(new Option('--even-expired', keyTexts.evenExpired[language]).conflicts(['validFor', 'renew']))
    .option('--valid-for <duration>', keyTexts.validFor[language])
    .option('--renew', keyTexts.renew[language])
    .examples([
      'curl -H "Authorization: Bearer $(keyturn key work)" https://api.example.com/',
      'keyturn key work --valid-for 1h --renew',
    ])
    .action(async (name: string | undefined, { evenExpired, validFor, renew }: KeyFlags) => {
      const validForMs = validFor === undefined ? undefined : requireDuration(validFor, '--valid-for', 'keyturn key');
      const { key, trouble } = await keyToPrint(context, { name, evenExpired, validForMs, renew }, (text) => {
        context.stderr.write(`${text[language]}\n`);
      });
      if (trouble !== undefined) printError(trouble, context, name);
      context.stdout.write(`${key}\n`);
    });
}
