import type { ProcessContext } from '../app/process-context.js';
import type { AppError } from '../lib/app-error.js';
import { oneLine } from '../lib/redact.js';
import { commonTexts } from '../messages/cli/common.js';
import { deliverTexts } from '../messages/cli/deliver.js';
import { commandLineTexts, nextLine } from '../messages/command-line.js';
import type { KeyturnCommand, SetExitCode } from './command-help.js';
import { paint } from './output/paint.js';
import type { JsonAnswer } from '../app/json-shapes.js';
import { printError } from './output/print-error.js';
import { jsonError, printJson } from './output/print-json.js';

interface DeliverFlags {
  readonly check?: boolean;
  readonly json?: boolean;
}

export function registerDeliver(program: KeyturnCommand, context: ProcessContext, setExitCode: SetExitCode): void {
  const { language } = context;
  program
    .command('deliver')
    .argument('[account]', deliverTexts.account[language])
    .description(deliverTexts.about[language])
    .option('--check', deliverTexts.check[language])
    .option('--json', commonTexts.json[language])
    .examples(['keyturn deliver', 'keyturn deliver work --check', 'keyturn deliver --check --json'])
    .action(async (account: string | undefined, flags: DeliverFlags) => {
      const accounts: AccountAnswer[] = [];
      let exitCode = 0;
      const onFailure = (name: string, error: AppError) => {
        exitCode = Math.max(exitCode, printError(error, context, name));
        return jsonError(error);
      };
      const run = flags.check ? check : deliver;
      for await (const { failure, ...answer } of run(context, account, flags.json !== true))
        accounts.push({ ...answer, error: failure && onFailure(answer.account, failure) });
      const isBehind = accounts.some(({ targets }) =>
        targets.some((each) => each.holds === false || each.isReady === false),
      );
      if (isBehind) exitCode = Math.max(exitCode, 1);
      if (flags.json) printJson<'deliver'>(context, { accounts }, exitCode === 0);
      else if (isBehind) context.stderr.write(nextLine('keyturn deliver', language));
      if (exitCode !== 0) setExitCode(exitCode);
    });
}

type AccountAnswer = JsonAnswer<'deliver'>['accounts'][number];
type Delivered = AsyncGenerator<Omit<AccountAnswer, 'error'> & { readonly failure?: AppError }>;

async function* deliver(context: ProcessContext, name: string | undefined, isShown: boolean): Delivered {
  const { deliver } = await import('../app/deliver.js');
  const { language } = context;
  for await (const { account, ends, failure } of deliver(context, name, context.stderr.isTTY === true)) {
    for (const { name, state } of ends) {
      if (!isShown || state === 'failed') continue;
      const done = deliverTexts[state][language];
      context.stdout.write(`${account}: ${name}${commandLineTexts.colon[language]}${done}\n`);
    }
    const targets = ends.map(({ name: target, where, state, failure }) => ({
      target,
      where,
      state,
      nextTryAt: failure?.nextTryAt,
      error: failure && { code: failure.code, message: failure.message },
    }));
    yield { account, targets, failure };
  }
}

async function* check(context: ProcessContext, name: string | undefined, isShown: boolean): Delivered {
  const { checkDeliveries } = await import('../app/deliver.js');
  const { language } = context;
  const color = paint(context.stdout, context.env);
  const colon = commandLineTexts.colon[language];
  for await (const { account, states: targets, failure } of checkDeliveries(context, name)) {
    for (const state of isShown ? targets : []) {
      const mark = state.holds && state.isReady ? color.green('✓') : color.red('✗');
      const holds = (state.holds ? deliverTexts.holds : deliverTexts.lacks)[language];
      const text = `${holds}${state.isSeen ? '' : deliverTexts.byRecord[language]}`;
      context.stdout.write(`${mark} ${account}: ${color.bold(state.target)}${colon}${text}${colon}${state.where}\n`);
      if (state.error) context.stdout.write(`    ${oneLine(state.error.message)} [${state.error.code}]\n`);
    }
    yield { account, targets, failure };
  }
}
