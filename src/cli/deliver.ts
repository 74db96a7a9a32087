import type { Command } from 'commander';
import { AppError, appError } from '../errors/app-error.js';
import { cliErrors } from '../errors/cli-errors.js';
import { deliveryErrors } from '../errors/delivery-errors.js';
import { listAccounts, readAccount, type AccountConfig } from '../store/accounts.js';
import { accountPaths } from '../store/home.js';
import { readKeyRecord } from '../store/key-records.js';
import { oneLine, printableJson } from '../lib/redact.js';
import { examples, type SetExitCode } from './command-help.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import { paint } from './output/paint.js';
import { printError } from './output/print-error.js';

interface DeliverOptions {
  readonly check?: boolean;
  readonly json?: boolean;
}

export function registerDeliver(program: Command, context: ProcessContext, setExitCode: SetExitCode): void {
  program
    .command('deliver')
    .argument('[account]', 'default: every account that is switched on and has targets')
    .description('put the current key where its consumers read it; rotates nothing')
    .option('--check', 'only say for each target whether it holds the current key; exit 1 when one does not')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      examples(['keyturn deliver', 'keyturn deliver work --check', 'keyturn deliver --check --json']),
    )
    .action(async (name: string | undefined, options: DeliverOptions) => {
      const accounts = await chosen(homeOf(context), name, context, setExitCode);
      const code = options.check ? await check(accounts, options, context) : await deliver(accounts, options, context);
      if (code !== 0) setExitCode(code);
    });
}

async function chosen(
  home: string,
  name: string | undefined,
  context: ProcessContext,
  setExitCode: SetExitCode,
): Promise<readonly AccountConfig[]> {
  const hasAny = (account: AccountConfig) => (account.targets?.length ?? 0) > 0 || account.hooks?.renewed !== undefined;
  if (name !== undefined) {
    const account = await readAccount(home, name);
    if (!hasAny(account)) throw appError(deliveryErrors.noTargets, { account: name });
    return [account];
  }
  const { accounts, broken } = await listAccounts(home);
  for (const each of broken) setExitCode(printError(each.error, context, `${each.name}: `));
  const [first] = accounts;
  if (!first && broken.length === 0) throw appError(cliErrors.noAccounts, undefined);
  const wanted = accounts.filter((account) => account.enabled && hasAny(account));
  if (wanted.length === 0 && first) throw appError(deliveryErrors.noTargets, { account: first.name });
  return wanted;
}

async function deliver(
  accounts: readonly AccountConfig[],
  options: DeliverOptions,
  context: ProcessContext,
): Promise<number> {
  const { openAccountFiles, openRunContext } = await import('../app/container.js');
  const { openDelivery } = await import('../app/account-delivery.js');
  const home = homeOf(context);
  const run = await openRunContext(context, { home });
  const shown: object[] = [];
  let exitCode = 0;
  try {
    for (const account of accounts) {
      try {
        await requireKey(home, account);
        const delivery = openDelivery(run, openAccountFiles(run, account), { siteTitle: account.site });
        const { ends, failure, expiresAt } = await delivery.deliver('all');
        if (failure) {
          await delivery.hook('failed', {
            outcome: 'undelivered',
            errorCode: failure.code,
            errorMessage: failure.message,
            nextCommand: failure.hint,
            expiresAt,
          });
        }
        await delivery.tell(ends, { isAttended: context.stderr.isTTY === true, wasToldAlong: false });
        for (const { name, where, state, failure: why } of ends) {
          shown.push({
            account: account.name,
            target: name,
            where,
            state,
            code: why?.code,
            message: why?.message,
            nextTryAt: why?.nextTryAt,
          });
          if (!options.json && state !== 'failed') {
            const word = state === 'held' ? 'already there' : state;
            context.stdout.write(`${account.name}: ${name}: ${word}\n`);
          }
        }
        if (failure) exitCode = Math.max(exitCode, printError(failure, context, `${account.name}: `));
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        exitCode = Math.max(exitCode, printError(error, context, `${account.name}: `));
      }
      context.signal.throwIfAborted();
    }
  } finally {
    await run.close();
  }
  if (options.json) context.stdout.write(`${printableJson(JSON.stringify(shown, null, 2))}\n`);
  return exitCode;
}

/** What each target holds, seen in the file itself; of a program, what the record says. */
async function check(
  accounts: readonly AccountConfig[],
  options: DeliverOptions,
  context: ProcessContext,
): Promise<number> {
  const { deliveryStates } = await import('../app/delivery-states.js');
  const home = homeOf(context);
  const color = paint(context.stdout, context.env);
  const shown: object[] = [];
  let isBehind = false;
  for (const account of accounts) {
    try {
      await requireKey(home, account);
      for (const state of await deliveryStates(home, account, context)) {
        if (!state.holds || !state.isReady) isBehind = true;
        shown.push({ account: account.name, ...state });
        if (options.json) continue;
        const mark = state.holds && state.isReady ? color.green('✓') : color.red('✗');
        const text = `${state.holds ? 'holds the current key' : 'does not hold the current key'}${state.isSeen ? '' : ' (by the record)'}`;
        context.stdout.write(`${mark} ${account.name}: ${color.bold(state.target)}: ${text}: ${state.where}\n`);
        if (state.message !== undefined) context.stdout.write(`    ${oneLine(state.message)} [${state.code ?? ''}]\n`);
      }
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      isBehind = true;
      printError(error, context, `${account.name}: `);
    }
  }
  if (options.json) context.stdout.write(`${printableJson(JSON.stringify(shown, null, 2))}\n`);
  else if (isBehind) context.stderr.write('next: keyturn deliver\n');
  return isBehind ? 1 : 0;
}

async function requireKey(home: string, account: AccountConfig): Promise<void> {
  const { current } = await readKeyRecord(accountPaths(home, account.name));
  if (!current) throw appError(cliErrors.noKey, { account: account.name });
}
