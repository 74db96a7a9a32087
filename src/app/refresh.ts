import { isDue } from '../core/is-due.js';
import { AppError } from '../errors/app-error.js';
import { timeText } from '../lib/show-time.js';
import { resultTexts } from '../messages/results.js';
import { listAccounts, readAccount, type AccountConfig, type BrokenAccount } from '../store/accounts.js';
import { accountPaths } from '../store/home.js';
import { hasIntent, readKeyFacts } from '../store/key-records.js';
import type { AccountEnd, RenewOneOptions } from './one-run.js';
import { homeOf, type ProcessContext } from './process-context.js';
import type { Progress } from './progress.js';
import { planSession, sessionEndedEnd } from './plan-session.js';

export interface RefreshOptions {
  /** Empty: every account that is switched on. */
  readonly names: readonly string[];
  readonly force: boolean;
  readonly dryRun: boolean;
  readonly runHooks: boolean;
  readonly method: 'auto' | 'http' | 'browser';
  readonly headed: boolean;
  /** The flag's text, in place of the setting `handoff.wait`. */
  readonly wait?: string;
  readonly waitLockMs?: number;
  /** Called only when an account has something to do. */
  readonly openProgress: () => Promise<Progress>;
}

export interface RefreshResult {
  /** In the order of their names. */
  readonly ends: readonly AccountEnd[];
  /** The accounts that are switched off, where there is no other. */
  readonly off: readonly string[];
}

type NotDue = NonNullable<RenewOneOptions['notDue']>;

/** What a check of the key record found; nothing else is loaded for an account that rests. */
type Check =
  | { readonly kind: 'renew' }
  | { readonly kind: 'deliver'; readonly notDue: NotDue }
  | { readonly kind: 'rest'; readonly notDue: NotDue }
  | { readonly kind: 'failed'; readonly error: AppError };

interface Work {
  readonly account: AccountConfig;
  /** Present when the key is not due: then its delivery is, or its session may be. */
  readonly notDue?: NotDue;
  readonly isKeepAlive?: boolean;
}

/**
 * Renews the keys that are due:
 * 1. choose the accounts, and check each by its key record and its session record, which takes milliseconds;
 * 2. only where something is to be done, load what does it;
 * 3. renew, deliver or keep the session alive, up to eight accounts at a time.
 */
export async function refresh(context: ProcessContext, options: RefreshOptions): Promise<RefreshResult> {
  const home = homeOf(context);
  const { todo, ends, off } = await planRefresh(home, context.clock.now(), options);
  if (todo.length > 0) {
    const { openRunContext } = await import('./container.js');
    const { renewOne } = await import('./renew-one.js');
    const { keepAlive } = await import('./keep-alive.js');
    const { default: pLimit } = await import('p-limit');
    const { force, dryRun, runHooks, method, headed, wait, waitLockMs } = options;
    const flags = wait === undefined ? [] : [{ key: 'handoff.wait' as const, flag: '--wait', text: wait }];
    const progress = await options.openProgress();
    const run = await openRunContext(context, { home, flags, say: (line) => progress.say(line) });
    const { waitMs } = run.settings.handoff;
    const how = { command: 'keyturn refresh', force, dryRun, runHooks, method, headed, waitMs, waitLockMs };
    const doOne = async ({ account, notDue, isKeepAlive }: Work): Promise<AccountEnd> => {
      const ordered = { ...how, personIsHere: headed };
      if (!notDue || !isKeepAlive) return renewOne(run, account, { ...ordered, notDue }, progress);
      return (await keepAlive(run, account, ordered, progress)) ?? restingEnd(account.name, notDue);
    };
    // The person of a headed run looks at one window after the other.
    const limit = pLimit(headed ? 1 : 8);
    try {
      ends.push(...(await Promise.all(todo.map((work) => limit(() => doOne(work))))));
    } finally {
      progress.close();
      await run.close();
    }
  }
  context.signal.throwIfAborted();
  ends.sort((a, b) => a.account.localeCompare(b.account));
  return { ends, off };
}

/** What is to be done, and the ends of the accounts for which nothing is. An account that cannot be read ends as failed. */
async function planRefresh(
  home: string,
  now: number,
  options: RefreshOptions,
): Promise<{ todo: Work[]; ends: AccountEnd[]; off: readonly string[] }> {
  const { accounts, broken, off } = await chosenAccounts(home, options.names);
  const ends: AccountEnd[] = broken.map(({ name, error }) => failedEnd(name, error));
  const todo: Work[] = [];
  const isOrdered = options.force || options.dryRun || options.headed;
  for (const account of accounts) {
    const check = isOrdered ? ({ kind: 'renew' } as const) : await checkKey(home, account, now);
    if (check.kind === 'renew') todo.push({ account });
    else if (check.kind === 'deliver') todo.push({ account, notDue: check.notDue });
    else if (check.kind === 'failed') ends.push(failedEnd(account.name, check.error));
    else {
      const { notDue } = check;
      const session = await planSession(home, account, now);
      if (session.kind === 'check') todo.push({ account, notDue, isKeepAlive: true });
      else if (session.kind === 'rests') ends.push(restingEnd(account.name, notDue));
      else {
        const { detail } = session;
        const { expiresAt } = notDue;
        ends.push(sessionEndedEnd(account.name, { site: account.site, detail, expiresAt }));
      }
    }
  }
  return { todo, ends, off: accounts.length + broken.length === 0 ? off : [] };
}

async function chosenAccounts(
  home: string,
  names: readonly string[],
): Promise<{ accounts: AccountConfig[]; broken: BrokenAccount[]; off: string[] }> {
  if (names.length === 0) {
    const { accounts, broken } = await listAccounts(home);
    const off = accounts.filter((account) => !account.enabled).map(({ name }) => name);
    return { accounts: accounts.filter((account) => account.enabled), broken: [...broken], off };
  }
  const accounts: AccountConfig[] = [];
  for (const name of new Set(names)) accounts.push(await readAccount(home, name));
  return { accounts, broken: [], off: [] };
}

async function checkKey(home: string, account: AccountConfig, now: number): Promise<Check> {
  const paths = accountPaths(home, account.name);
  try {
    const facts = await readKeyFacts(paths);
    const due = isDue(facts, now);
    if (due.due || (await hasIntent(paths))) return { kind: 'renew' };
    const notDue = { kind: 'not-due', dueAt: due.dueAt, expiresAt: due.expiresAt } as const;
    if (!account.targets?.length && !account.hooks?.renewed) return { kind: 'rest', notDue };
    const { deliveryTime } = await import('./undelivered.js');
    const deliverAt = await deliveryTime(account, paths, facts, now);
    return { kind: deliverAt !== undefined && deliverAt <= now ? 'deliver' : 'rest', notDue };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { kind: 'failed', error };
  }
}

function failedEnd(account: string, error: AppError): AccountEnd {
  return { account, outcome: 'failed', headline: error.texts.message, failure: error };
}

function restingEnd(account: string, notDue: NotDue): AccountEnd {
  const { expiresAt, dueAt } = notDue;
  const headline = resultTexts.notDue(
    expiresAt === undefined ? undefined : timeText(expiresAt),
    dueAt === undefined ? undefined : timeText(dueAt),
  );
  return { account, outcome: 'not-due', headline, expiresAt };
}
