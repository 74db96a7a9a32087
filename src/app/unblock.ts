import { isDue } from '../core/is-due.js';
import { answered, isOpen } from '../core/question.js';
import { usageError } from '../lib/settings-errors.js';
import { pause } from '../lib/retry.js';
import { unblockTexts } from '../messages/cli/unblock.js';
import type { Text } from '../messages/text.js';
import { listAccounts, type AccountConfig } from '../store/accounts.js';
import { accountPaths } from '../store/home.js';
import { hasIntent } from '../store/key-records.js';
import { readLock } from '../store/lock.js';
import { readQuestion } from '../store/questions.js';
import { openRunContext, type RunContext } from './run-context.js';
import { pickAccount, whichAccount } from './pick-account.js';
import { homeOf, type ProcessContext } from './process-context.js';
import { openAccountContext, type AccountContext } from './container.js';
import { renewOne, type AccountEnd } from './renew-one.js';
import { sendLink } from './send-link.js';
import { settleMade } from './settle-made.js';

export interface UnblockOptions {
  /** Absent: the account whose question is open, else the only one. */
  readonly name?: string;
  /** The flag's text, in place of the setting `handoff.wait`. */
  readonly wait?: string;
  readonly remote?: boolean;
  /** Keeps a Playwright trace of the browser. */
  readonly trace?: boolean;
}

/** A page opens within this time, also on a busy machine. */
const openingMs = 15_000;
/** A run that waits for its owner releases the account's lock within this time. */
const giveWayMs = 30_000;

/**
 * Answers a waiting question here and now:
 * 1. choose the account; where a run has its page open, give a new link to that page and end;
 * 2. reject when no question is open and its key is not due;
 * 3. record the answer, which ends the wait of another run;
 * 4. renew in the visible browser.
 */
export async function unblock(context: ProcessContext, options: UnblockOptions): Promise<AccountEnd> {
  const home = homeOf(context);
  const { now } = context.clock;
  const account = await waitingAccount(home, options.name);
  const flag = { key: 'handoff.wait' as const, flag: '--wait', text: options.wait };
  const run = await openRunContext(context, { flag, isRemote: options.remote, trace: options.trace });
  try {
    const opened = await openAccountContext(run, account);
    const joined = await joinPage(run, opened);
    if (joined) return { account: account.name, outcome: 'joined', headline: joined };
    const { paths } = opened;
    const facts = await opened.readKeyFacts();
    const isDueNow = isDue(facts, now()).due || (await hasIntent(paths));
    const stored = await opened.questions.read();
    const question = isDueNow ? stored : await settleMade(paths, stored, facts);
    const open = isOpen(question) ? question : undefined;
    if (!open && !isDueNow) {
      const message = unblockTexts.nothingWaits(account.name);
      throw usageError({ message, next: 'keyturn status' });
    }
    if (open) {
      await opened.questions.write(answered(open, { decision: { kind: 'ready' }, via: 'unblock' }, now()));
      await opened.history('answer', { answer: 'ready', via: 'unblock', question: open.id });
    }
    const force = open?.forced === true;
    const signIn = !isDueNow && !force && open?.kind === 'login';
    const { waitMs } = run.settings.handoff;
    const person = { command: 'keyturn unblock', headed: true, personIsHere: true };
    return await renewOne(run, account, { ...person, force, signIn, waitMs, waitLockMs: giveWayMs });
  } finally {
    await run.close();
  }
}

/** Where another run has the page open, or is opening it, its owner gets a link to it. On a desktop there is none. */
async function joinPage(run: RunContext, account: AccountContext): Promise<Text | undefined> {
  const { signal } = run.context;
  const until = performance.now() + openingMs;
  for (;;) {
    if (await sendLink(run, account)) return unblockTexts.joined;
    const holder = await readLock(account.paths.lock);
    if (!holder?.worker || (await account.questions.read())?.state !== 'ready') return undefined;
    if (performance.now() >= until) return unblockTexts.atWork;
    await pause(500, signal);
  }
}

async function waitingAccount(home: string, name: string | undefined): Promise<AccountConfig> {
  if (name !== undefined) return pickAccount(home, name, 'unblock');
  const { accounts } = await listAccounts(home);
  const waiting: string[] = [];
  for (const account of accounts) {
    const question = await readQuestion(accountPaths(home, account.name));
    if (isOpen(question)) waiting.push(account.name);
  }
  if (waiting.length > 1) throw whichAccount(waiting, 'unblock');
  return pickAccount(home, waiting[0], 'unblock');
}
