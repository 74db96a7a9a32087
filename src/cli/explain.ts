import type { Command } from 'commander';
import { appError } from '../errors/app-error.js';
import { settingsErrors } from '../errors/settings-errors.js';
import type { ProcessContext } from '../app/process-context.js';
import { examples, type SetExitCode } from './command-help.js';

export function registerExplain(program: Command, context: ProcessContext, _setExitCode: SetExitCode): void {
  program
    .command('explain')
    .argument('[code]', 'such as KT602; all of them when it is left out')
    .option('--markdown', 'the whole catalogue as one document')
    .description('what an error code means, how things are left, and what keyturn does about it by itself')
    .addHelpText('after', examples(['keyturn explain KT602', 'keyturn explain']))
    .action(async (code: string | undefined, options: { markdown?: boolean }) => {
      const { catalogue } = await import('../errors/catalogue.js');
      const { errorsDocument, explainError } = await import('../errors/explain-error.js');
      if (options.markdown) {
        context.stdout.write(errorsDocument(catalogue));
      } else if (code === undefined) {
        const { table } = await import('./output/table.js');
        context.stdout.write(`${table(catalogue.map((each) => [each.code, each.title]))}\n`);
      } else {
        const wanted = `KT${code.replace(/^kt-?/i, '')}`;
        const found = catalogue.find((each) => each.code === wanted);
        if (!found) {
          const message = `There is no error code ${JSON.stringify(code.slice(0, 40))}.`;
          throw appError(settingsErrors.usage, { message, command: 'keyturn explain' });
        }
        context.stdout.write(explainError(found));
      }
    });
}
