import { isDue } from '../core/is-due.js';
import { isForcedAndAnswered, isOpen, mayHaveReply } from '../core/question.js';
import { sessionCheckAt } from '../core/session-health.js';
import { AppError, orAppError } from '../lib/app-error.js';
import { timeText } from '../lib/show-time.js';
import { resultTexts } from '../messages/results.js';
import { warningTexts } from '../messages/warnings.js';
import type { AccountConfig } from '../store/accounts.js';
import { accountPaths } from '../store/home.js';
import { hasIntent, readKeyFacts } from '../store/key-records.js';
import { readQuestion } from '../store/questions.js';
import { readSessionCheck } from '../store/session-checks.js';
import type { AccountEnd, RenewOneOptions } from './renew-one.js';
import { namedAccounts } from './pick-account.js';
import { homeOf, type ProcessContext } from './process-context.js';

export interface RefreshOptions extends Pick<
  RenewOneOptions,
  'force' | 'dryRun' | 'runHooks' | 'method' | 'headed' | 'waitLockMs'
> {
  /** Empty: every account that is switched on. */
  readonly names: readonly string[];
  /** The flag's text, in place of the setting `handoff.wait`. */
  readonly wait?: string;
  /** Keeps a Playwright trace of each browser. */
  readonly trace?: boolean;
  /** Does not print the steps. */
  readonly quiet?: boolean;
}

type NotDue = NonNullable<RenewOneOptions['notDue']>;

interface Work {
  readonly account: AccountConfig;
  /** Present when the key is not due: then its delivery is, or its session may be. */
  readonly notDue?: NotDue;
  readonly isKeepAlive?: boolean;
  /** The owner may have replied to its question meanwhile. */
  readonly isAsked?: boolean;
  /** A person forced the renewal earlier, and has answered its question since. */
  readonly isForced?: boolean;
}

/**
 * Renews the keys that are due:
 * 1. choose the accounts, and check each by its key record and its session record, which takes milliseconds;
 * 2. only where something is to be done, load what does it;
 * 3. renew, deliver or keep the session alive, up to eight accounts at a time without those that wait for their owners,
 *    over HTTP four of one site.
 * @returns how each ended, by name; `off`: the accounts that are switched off, where there is no other
 */
export async function refresh(context: ProcessContext, options: RefreshOptions) {
  const home = homeOf(context);
  const { todo, ends, off } = await planRefresh(home, context.clock.now(), options);
  if (todo.length > 0) {
    const { openRunContext } = await import('./run-context.js');
    const { renewOne } = await import('./renew-one.js');
    const { keepAlive } = await import('./keep-alive.js');
    const { hearLateReply } = await import('./late-reply.js');
    const { openAccountFiles } = await import('../store/account-files.js');
    const { slots } = await import('./slots.js');
    const { headed = false, trace, quiet, wait: text } = options;
    const flag = { key: 'handoff.wait' as const, flag: '--wait', text };
    const run = await openRunContext(context, { flag, trace, quiet });
    const { waitMs } = run.settings.handoff;
    const forAll = { ...options, command: 'keyturn refresh', waitMs, personIsHere: headed };
    const doOne = async (work: Work, onAsks?: () => void): Promise<AccountEnd> => {
      const { account, notDue, isKeepAlive, isForced, isAsked } = work;
      const how = { ...forAll, onAsks };
      if (isAsked && notDue) {
        const question = await hearLateReply(run, openAccountFiles(run, account));
        if (isForcedAndAnswered(question)) return renewOne(run, account, { ...how, force: true });
        if (question?.state === 'ready') return renewOne(run, account, { ...how, headed: true, signIn: true });
        if (!isKeepAlive) return restingEnd(account.name, notDue);
      }
      if (!notDue || !isKeepAlive) return renewOne(run, account, { ...how, notDue, force: how.force || isForced });
      return (await keepAlive(run, account, how)) ?? restingEnd(account.name, notDue);
    };
    // The person of a headed run looks at one window after the other.
    const slot = slots(headed ? 1 : 8);
    const inItsTurn = async (work: Work) => {
      const free = await slot();
      return doOne(work, headed ? undefined : free).finally(free);
    };
    try {
      ends.push(...(await Promise.all(todo.map(inItsTurn))));
    } finally {
      await run.close();
    }
  }
  context.signal.throwIfAborted();
  ends.sort((a, b) => a.account.localeCompare(b.account));
  return { ends, off };
}

/** What is to be done, and the ends of the accounts for which nothing is. An account that cannot be read ends as failed. */
async function planRefresh(home: string, now: number, options: RefreshOptions) {
  const { names } = options;
  const { accounts: found, broken } = await namedAccounts(home, names);
  const accounts = found.filter(({ enabled }) => enabled || names.length > 0);
  const ends: AccountEnd[] = broken.map(({ name, error }) => failedEnd(name, error));
  const todo: Work[] = [];
  const isOrdered = options.force || options.dryRun || options.headed;
  for (const account of accounts) {
    const work = isOrdered ? { account } : await orAppError(workFor(home, account, now));
    if (work instanceof AppError) ends.push(failedEnd(account.name, work));
    else if ('outcome' in work) ends.push(work);
    else todo.push(work);
  }
  const off = found.map(({ name }) => name);
  return { todo, ends, off: accounts.length + broken.length === 0 ? off : [] };
}

/** Reads two small files; nothing else is loaded for an account that rests, whose end it returns. */
async function workFor(home: string, account: AccountConfig, now: number): Promise<Work | AccountEnd> {
  const paths = accountPaths(home, account.name);
  const facts = await readKeyFacts(paths);
  const due = isDue(facts, now);
  if (due.due || (await hasIntent(paths))) return { account };
  const stored = await readQuestion(paths).catch(() => undefined);
  const question = isOpen(stored)
    ? await (await import('./settle-made.js')).settleMade(paths, stored, facts)
    : undefined;
  if (isForcedAndAnswered(question)) return { account, isForced: true };
  const { unreadExpiry } = facts.current ?? {};
  const notDue = { kind: 'not-due', dueAt: due.dueAt, expiresAt: due.expiresAt, unreadExpiry } as const;
  if (account.targets?.length || account.hooks?.renewed) {
    const { nextDeliveryAt } = await import('../core/delivery-record.js');
    const { readDeliveries } = await import('../store/deliveries.js');
    const deliverAt = nextDeliveryAt(account, await readDeliveries(paths), facts.current?.fingerprint, now);
    if (deliverAt !== undefined && deliverAt <= now) return { account, notDue };
  }
  const isKeepAlive = sessionCheckAt(account.method, await readSessionCheck(paths), now) <= now;
  const isAsked = mayHaveReply(question);
  return isKeepAlive || isAsked ? { account, notDue, isKeepAlive, isAsked } : restingEnd(account.name, notDue);
}

function failedEnd(account: string, error: AppError): AccountEnd {
  return { account, outcome: 'failed', headline: error.texts.message, failure: error };
}

function restingEnd(account: string, notDue: NotDue): AccountEnd {
  const { expiresAt, dueAt, unreadExpiry } = notDue;
  const warning = unreadExpiry === undefined ? undefined : warningTexts.unreadExpiry(unreadExpiry);
  const headline = resultTexts.notDue(
    expiresAt === undefined ? undefined : timeText(expiresAt),
    dueAt === undefined ? undefined : timeText(dueAt),
  );
  return { account, outcome: 'not-due', headline, expiresAt, warning };
}
