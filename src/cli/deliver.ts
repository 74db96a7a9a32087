import type { ProcessContext } from '../app/process-context.js';
import type { Delivered } from '../app/deliver.js';
import { oneLine } from '../lib/redact.js';
import { commonTexts } from '../messages/cli/common.js';
import { deliverTexts } from '../messages/cli/deliver.js';
import { commandLineTexts, nextLine } from '../messages/command-line.js';
import type { KeyturnCommand, SetExitCode } from './command-help.js';
import { paint } from './output/paint.js';
import { printError } from './output/print-error.js';
import { printJson } from './output/print-json.js';

interface DeliverFlags {
  readonly check?: boolean;
  readonly replace?: boolean;
  readonly json?: boolean;
}

export function registerDeliver(program: KeyturnCommand, context: ProcessContext, setExitCode: SetExitCode): void {
  const { language } = context;
  program
    .command('deliver')
    .argument('[account]', deliverTexts.account[language])
    .description(deliverTexts.about[language])
    .option('--check', deliverTexts.check[language])
    .option('--replace', deliverTexts.replace[language])
    .option('--json', commonTexts.json[language])
    .examples(['keyturn deliver', 'keyturn deliver work --check', 'keyturn deliver --check --json'])
    .action(async (name: string | undefined, { check: isCheck = false, replace: insists, json }: DeliverFlags) => {
      const { deliver } = await import('../app/deliver.js');
      const accounts: Delivered[] = [];
      let exitCode = 0;
      const isAttended = context.stderr.isTTY === true;
      for await (const one of deliver(context, name, { isCheck, isAttended, insists })) {
        const { account, targets, error } = one;
        if (!json) context.stdout.write(targets.map((each) => lineOf(account, each, context)).join(''));
        if (error) exitCode = Math.max(exitCode, printError(error, context, account));
        accounts.push(one);
      }
      const isBehind = accounts.some(({ targets }) =>
        targets.some((each) => each.holds === false || each.isReady === false),
      );
      if (isBehind) exitCode = Math.max(exitCode, 1);
      if (json) printJson<'deliver'>(context, { accounts }, exitCode === 0);
      else if (isBehind) context.stderr.write(nextLine('keyturn deliver', language));
      if (exitCode !== 0) setExitCode(exitCode);
    });
}

function lineOf(account: string, target: Delivered['targets'][number], { stdout, env, language }: ProcessContext) {
  const { state, holds, error } = target;
  const colon = commandLineTexts.colon[language];
  // What could not be delivered is printed as the account's error.
  if (state) return state === 'failed' ? '' : `${account}: ${target.target}${colon}${deliverTexts[state][language]}\n`;
  const color = paint(stdout, env);
  const mark = holds && target.isReady ? color.green('✓') : color.red('✗');
  const text = (holds ? deliverTexts.holds : deliverTexts.lacks)[language];
  const source = target.isSeen ? '' : deliverTexts.byRecord[language];
  const why = error ? `    ${oneLine(error.message)} [${error.code}]\n` : '';
  return `${mark} ${account}: ${color.bold(target.target)}${colon}${text}${source}${colon}${target.where}\n${why}`;
}
