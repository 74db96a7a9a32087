import { Option, type Command } from 'commander';
import type { TargetOptions } from '../app/account/new-target.js';
import { targetKinds } from '../app/account/target-kinds.js';
import type { ProcessContext } from '../app/process-context.js';
import { examples } from './command-help.js';
import { splitAtDashes } from './words-after-dashes.js';

type AddFlags = Omit<TargetOptions, 'kind' | 'words' | 'program'>;

export function registerAccountTarget(account: Command, context: ProcessContext): void {
  const target = account.command('target').description('where consumers read the key: add, list or remove places');

  target
    .command('add')
    .usage('[options] <account> <kind> [file] [-- <command> [args...]]')
    .argument('<account>')
    .argument('<kind>', targetKinds.join(', '))
    .argument('[words...]', 'the file; for a command: -- and the program with its arguments')
    .description('deliver each new key to a file or a program; the place is checked at once')
    .option('--name <name>', 'what to call the target (default: made from its kind)')
    .option('--variable <NAME>', 'the variable of an env file or of a program (default: what the site profile says)')
    .option('--at <path>', 'where in a JSON or YAML file: /providers/iflow/apiKey or providers.iflow.apiKey')
    .option('--provider <id>', "openclaw: the provider's id below models.providers", 'iflow')
    .addOption(
      new Option('--pass <way>', 'command: how the program gets the key').choices(['stdin', 'env']).default('stdin'),
    )
    .option('--timeout <duration>', 'command: how long it may take (default: 30s)')
    .addHelpText(
      'after',
      examples([
        'keyturn account target add work env ./.env --variable IFLOW_API_KEY',
        'keyturn account target add work json ~/.config/app/settings.json --at providers.iflow.apiKey',
        'keyturn account target add work openclaw --provider iflow',
        'keyturn account target add work iflow-cli',
        'keyturn account target add work command -- docker secret create iflow-key -',
      ]),
    )
    .action(async (name: string, kind: string, words: string[], flags: AddFlags, command: Command) => {
      const { before, after } = splitAtDashes(words, command);
      const { addTarget } = await import('../app/account/account-targets.js');
      const { target, where } = await addTarget(name, { ...flags, kind, words: before, program: after }, context);
      context.stderr.write(
        `each new key of ${name} is delivered to ${target.name}: ${where}\nnext: keyturn deliver ${name}\n`,
      );
    });

  target
    .command('list')
    .argument('<account>')
    .description('the targets of an account')
    .option('--json', 'as JSON')
    .action(async (name: string, options: { json?: boolean }) => {
      const { listTargets } = await import('../app/account/account-targets.js');
      const targets = await listTargets(name, context);
      if (options.json) {
        const plain = targets.map((each) => each.target);
        context.stdout.write(`${JSON.stringify(plain, null, 2)}\n`);
      } else if (targets.length === 0) {
        context.stderr.write(`${name} has no target yet\nnext: keyturn account target add ${name} env ./.env\n`);
      } else {
        const { table } = await import('./output/table.js');
        const rows = targets.map(({ target: each, where }) => [each.name, each.kind, where]);
        context.stdout.write(`${table([['TARGET', 'KIND', 'WHERE'], ...rows])}\n`);
      }
    });

  target
    .command('remove')
    .argument('<account>')
    .argument('<name>')
    .description('deliver no more to it; what it holds stays there')
    .action(async (name: string, which: string) => {
      const { removeTarget } = await import('../app/account/account-targets.js');
      await removeTarget(name, which, context);
      context.stderr.write(`nothing is delivered to ${which} any more; the key that it holds was left there\n`);
    });
}
