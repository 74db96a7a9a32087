import type { Command } from 'commander';
import { appError } from '../errors/app-error.js';
import { cliErrors } from '../errors/cli-errors.js';
import { listAccounts, type AccountConfig } from '../store/accounts.js';
import { accountPaths } from '../store/home.js';
import { oneLine } from '../lib/redact.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import { pickAccount } from '../app/pick-account.js';
import { printError } from './output/print-error.js';
import { examples, type SetExitCode } from './command-help.js';

/** A run that waits for its owner gives way within this time. */
const giveWayMs = 30_000;

interface UnblockOptions {
  readonly wait?: string;
  readonly remote?: boolean;
}

export function registerUnblock(program: Command, context: ProcessContext, setExitCode: SetExitCode): void {
  program
    .command('unblock')
    .argument('[account]', 'may be left out when only one is waiting')
    .description('answer a waiting question here and now: opens the visible browser, and the renewal goes on by itself')
    .option('--remote', 'you are somewhere else: show the page on a link for your phone, not in a window here')
    .option('--wait <duration>', 'how long the browser stays open for you (setting handoff.wait)')
    .addHelpText(
      'after',
      examples(['keyturn unblock', 'keyturn unblock work --wait 30m', 'keyturn unblock work --remote']),
    )
    .action(async (name: string | undefined, options: UnblockOptions) => {
      setExitCode(await unblock(name, options, context));
    });
}

async function unblock(name: string | undefined, options: UnblockOptions, context: ProcessContext): Promise<number> {
  const home = homeOf(context);
  const { readQuestion, writeQuestion } = await import('../store/questions.js');
  const account = await waitingAccount(home, name);
  const paths = accountPaths(home, account.name);
  const question = await readQuestion(paths);
  const isOpen = question !== undefined && question.state !== 'resolved';
  const { isDue } = await import('../core/is-due.js');
  const { hasIntent, readKeyFacts } = await import('../store/key-records.js');
  const isDueNow = isDue(await readKeyFacts(paths), context.clock.now()).due || (await hasIntent(paths));
  if (!isOpen) {
    if (!isDueNow) throw appError(cliErrors.nothingWaits, { account: account.name });
  }
  if (isOpen) {
    await writeQuestion(paths, {
      ...question,
      state: 'ready',
      answeredVia: 'unblock',
      answeredAt: new Date(context.clock.now()).toISOString(),
    });
  }

  const { openRunContext } = await import('../app/container.js');
  const { renewOne } = await import('../app/renew-one.js');
  const { openProgress } = await import('./output/progress.js');
  const flags =
    options.wait === undefined ? [] : [{ key: 'handoff.wait' as const, flag: '--wait', text: options.wait }];
  const progress = await openProgress(context, { quiet: false });
  const run = await openRunContext(context, {
    home,
    flags,
    say: (line) => progress.say(line),
    isRemote: options.remote === true,
  });
  try {
    if (isOpen) {
      const { appendHistory } = await import('../store/history.js');
      const at = new Date(context.clock.now()).toISOString();
      const answer = { event: 'answer', answer: 'ready', via: 'unblock', question: question.id };
      await appendHistory(paths, { at, runId: run.runId, ...answer }).catch((error: unknown) => {
        run.log.error({ account: account.name, err: error }, 'the history could not be written');
      });
    }
    const end = await renewOne(
      run,
      account,
      {
        command: 'keyturn unblock',
        force: false,
        dryRun: false,
        headed: true,
        signIn: isOpen && !isDueNow && question.kind === 'login',
        waitMs: run.settings.handoff.waitMs,
        personIsHere: true,
        waitLockMs: giveWayMs,
      },
      progress,
    );
    progress.close();
    context.signal.throwIfAborted();
    if (end.failure !== undefined) return printError(end.failure, context, `${account.name}: `);
    context.stdout.write(`${account.name}: ${oneLine(end.headline)}\n`);
    return 0;
  } finally {
    progress.close();
    await run.close();
  }
}

/** The named account, else the one whose question is open, else the only one. */
async function waitingAccount(home: string, name: string | undefined): Promise<AccountConfig> {
  if (name !== undefined) return pickAccount(home, name, 'unblock');
  const { readQuestion } = await import('../store/questions.js');
  const { accounts } = await listAccounts(home);
  const waiting: AccountConfig[] = [];
  for (const account of accounts) {
    const question = await readQuestion(accountPaths(home, account.name));
    if (question && question.state !== 'resolved') waiting.push(account);
  }
  const [first, second] = waiting;
  if (first && !second) return first;
  if (first && second)
    throw appError(cliErrors.whichAccount, { known: waiting.map((each) => each.name), command: 'unblock' });
  return pickAccount(home, undefined, 'unblock');
}
