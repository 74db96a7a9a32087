import { Option, type Command } from 'commander';
import type { TargetOptions } from '../app/account/account-deliveries.js';
import { targetKinds } from '../app/account/target-kinds.js';
import type { ProcessContext } from '../app/process-context.js';
import { hookTexts } from '../messages/cli/account-hook.js';
import { targetTexts } from '../messages/cli/account-target.js';
import { commonTexts } from '../messages/cli/common.js';
import { exposedFile } from '../messages/file-reasons.js';
import { progressTexts } from '../messages/progress.js';
import { report, type KeyturnCommand } from './command-help.js';
import { splitAtDashes } from './words-after-dashes.js';
import { printJson } from './output/print-json.js';

type AddFlags = Omit<TargetOptions, 'kind' | 'words' | 'program'>;

export function registerAccountTarget(account: KeyturnCommand, context: ProcessContext): void {
  const { language } = context;
  const target = account.command('target').description(targetTexts.about[language]);

  target
    .command('add')
    .usage('[options] <account> <kind> [file] [-- <command> [args...]]')
    .argument('<account>', commonTexts.account[language])
    .argument('<kind>', targetTexts.kind(targetKinds.join(', '))[language])
    .argument('[words...]', targetTexts.words[language])
    .description(targetTexts.add[language])
    .option('--name <name>', targetTexts.name[language])
    .option('--variable <NAME>', targetTexts.variable[language])
    .option('--at <path>', targetTexts.at[language])
    .option('--provider <id>', targetTexts.provider[language], 'iflow')
    .addOption(new Option('--pass <way>', targetTexts.pass[language]).choices(['stdin', 'env']).default('stdin'))
    .option('--newline', targetTexts.newline[language])
    .option('--timeout <duration>', targetTexts.timeout[language])
    .option('--replace', targetTexts.replace[language])
    .option('--in-place', targetTexts.inPlace[language])
    .examples([
      'keyturn account target add work env ./.env --variable IFLOW_API_KEY',
      'keyturn account target add work json ~/.config/app/settings.json --at providers.iflow.apiKey',
      'keyturn account target add work openclaw --provider iflow',
      'keyturn account target add work iflow-cli',
      'keyturn account target add work command -- gh secret set IFLOW_API_KEY --repo me/app',
    ])
    .action(async (name: string, kind: string, words: string[], flags: AddFlags, command: Command) => {
      const { before, after } = splitAtDashes(words, command);
      const { addTarget } = await import('../app/account/account-deliveries.js');
      const { target, where, exposure } = await addTarget(
        name,
        { ...flags, kind, words: before, program: after },
        context,
      );
      report(context, targetTexts.added(name, target.name, where), `keyturn deliver ${name}`);
      if (exposure) report(context, progressTexts.warning(exposedFile(exposure)), exposure.fix);
    });

  target
    .command('list')
    .argument('<account>', commonTexts.account[language])
    .description(targetTexts.list[language])
    .option('--json', commonTexts.json[language])
    .action(async (name: string, options: { json?: boolean }) => {
      const { listTargets } = await import('../app/account/account-deliveries.js');
      const targets = await listTargets(name, context);
      if (options.json) {
        printJson<'account target list'>(context, { targets: targets.map((each) => each.target) });
      } else if (targets.length === 0) {
        report(context, targetTexts.noTargets(name), `keyturn account target add ${name} env ./.env`);
      } else {
        const { table } = await import('./output/table.js');
        const off = hookTexts.off[context.language];
        const rows = targets.map(({ target: each, where, isOff }) => [
          each.name,
          each.kind,
          isOff ? where + off : where,
        ]);
        context.stdout.write(`${table([targetTexts.columns[context.language], ...rows], context.stdout.columns)}\n`);
      }
    });

  target
    .command('enable')
    .argument('<account>', commonTexts.account[language])
    .argument('<name>', targetTexts.targetName[language])
    .description(targetTexts.enable[language])
    .action(async (name: string, which: string) => {
      const { enableTarget } = await import('../app/account/account-deliveries.js');
      await enableTarget(name, which, context);
      report(context, targetTexts.enabled(name, which), `keyturn deliver ${name}`);
    });

  target
    .command('remove')
    .argument('<account>', commonTexts.account[language])
    .argument('<name>', targetTexts.targetName[language])
    .description(targetTexts.remove[language])
    .action(async (name: string, which: string) => {
      const { removeTarget } = await import('../app/account/account-deliveries.js');
      await removeTarget(name, which, context);
      report(context, targetTexts.removed(which));
    });
}
