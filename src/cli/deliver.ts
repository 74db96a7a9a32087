import type { AccountsToDeliver } from '../app/accounts-to-deliver.js';
import type { ProcessContext } from '../app/process-context.js';
import { oneLine, printableJson } from '../lib/redact.js';
import { commonTexts } from '../messages/cli/common.js';
import { deliverTexts } from '../messages/cli/deliver.js';
import { commandLineTexts, nextLine } from '../messages/command-line.js';
import type { KeyturnCommand, SetExitCode } from './command-help.js';
import { paint } from './output/paint.js';
import { printError } from './output/print-error.js';

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
      const onUnreadable: AccountsToDeliver['onUnreadable'] = (name, error) =>
        setExitCode(printError(error, context, `${name}: `));
      const run = flags.check ? check : deliver;
      const code = await run(context, { account, onUnreadable }, flags);
      if (code !== 0) setExitCode(code);
    });
}

async function deliver(context: ProcessContext, which: AccountsToDeliver, flags: DeliverFlags): Promise<number> {
  const { deliver } = await import('../app/deliver.js');
  const { language } = context;
  let exitCode = 0;
  const rows: object[] = [];
  for await (const { account, ends, failure } of deliver(context, which, context.stderr.isTTY === true)) {
    for (const { name: target, where, state, failure } of ends) {
      const { code, message, nextTryAt } = failure ?? {};
      rows.push({ account, target, where, state, code, message, nextTryAt });
      if (flags.json || state === 'failed') continue;
      const done = deliverTexts[state][language];
      context.stdout.write(`${account}: ${target}${commandLineTexts.colon[language]}${done}\n`);
    }
    if (failure) exitCode = Math.max(exitCode, printError(failure, context, `${account}: `));
  }
  if (flags.json) context.stdout.write(`${printableJson(JSON.stringify(rows, null, 2))}\n`);
  return exitCode;
}

async function check(context: ProcessContext, which: AccountsToDeliver, flags: DeliverFlags): Promise<number> {
  const { checkDeliveries, isBehind } = await import('../app/check-deliveries.js');
  const { language } = context;
  const color = paint(context.stdout, context.env);
  const colon = commandLineTexts.colon[language];
  let behind = false;
  const rows: object[] = [];
  for await (const result of checkDeliveries(context, which)) {
    const { account, states, failure } = result;
    behind ||= isBehind(result);
    rows.push(...states.map((state) => ({ account, ...state })));
    for (const state of flags.json ? [] : states) {
      const mark = state.holds && state.isReady ? color.green('✓') : color.red('✗');
      const holds = (state.holds ? deliverTexts.holds : deliverTexts.lacks)[language];
      const text = `${holds}${state.isSeen ? '' : deliverTexts.byRecord[language]}`;
      context.stdout.write(`${mark} ${account}: ${color.bold(state.target)}${colon}${text}${colon}${state.where}\n`);
      if (state.message !== undefined) context.stdout.write(`    ${oneLine(state.message)} [${state.code ?? ''}]\n`);
    }
    if (failure) printError(failure, context, `${account}: `);
  }
  if (flags.json) context.stdout.write(`${printableJson(JSON.stringify(rows, null, 2))}\n`);
  else if (behind) context.stderr.write(nextLine('keyturn deliver', language));
  return behind ? 1 : 0;
}
