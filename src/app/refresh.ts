import { isDue } from '../core/is-due.js';
import { AppError, orAppError } from '../errors/app-error.js';
import { timeText } from '../lib/show-time.js';
import { resultTexts } from '../messages/results.js';
import { listAccounts, readAccount, type AccountConfig, type BrokenAccount } from '../store/accounts.js';
import { accountPaths } from '../store/home.js';
import { hasIntent, readKeyFacts } from '../store/key-records.js';
import type { AccountEnd, RenewOneOptions } from './one-run.js';
import { homeOf, type ProcessContext } from './process-context.js';
import type { Progress } from './progress.js';
import { planSession, sessionEndedEnd } from './plan-session.js';

export interface RefreshOptions extends Pick<
  RenewOneOptions,
  'force' | 'dryRun' | 'runHooks' | 'method' | 'headed' | 'waitLockMs'
> {
  /** Empty: every account that is switched on. */
  readonly names: readonly string[];
  /** The flag's text, in place of the setting `handoff.wait`. */
  readonly wait?: string;
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
    const { headed = false, wait: text } = options;
    const progress = await options.openProgress();
    const flag = { key: 'handoff.wait' as const, flag: '--wait', text };
    const run = await openRunContext(context, { home, flag, say: (line) => progress.say(line) });
    const { waitMs } = run.settings.handoff;
    const how = { ...options, command: 'keyturn refresh', waitMs, personIsHere: headed };
    const doOne = async ({ account, notDue, isKeepAlive }: Work): Promise<AccountEnd> => {
      if (!notDue || !isKeepAlive) return renewOne(run, account, { ...how, notDue }, progress);
      return (await keepAlive(run, account, how, progress)) ?? restingEnd(account.name, notDue);
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
    const check = isOrdered ? 'renew' : await orAppError(checkKey(home, account, now));
    if (check === 'renew') todo.push({ account });
    else if (check instanceof AppError) ends.push(failedEnd(account.name, check));
    else if (check.isDeliveryDue) todo.push({ account, notDue: check.notDue });
    else {
      const { notDue } = check;
      const session = await planSession(home, account, now);
      if (session === 'check') todo.push({ account, notDue, isKeepAlive: true });
      else if (session === 'rests') ends.push(restingEnd(account.name, notDue));
      else {
        const { endedWith: detail } = session;
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

/** Reads the key record; nothing else is loaded for an account that rests. */
async function checkKey(
  home: string,
  account: AccountConfig,
  now: number,
): Promise<'renew' | { readonly notDue: NotDue; readonly isDeliveryDue: boolean }> {
  const paths = accountPaths(home, account.name);
  const facts = await readKeyFacts(paths);
  const due = isDue(facts, now);
  if (due.due || (await hasIntent(paths))) return 'renew';
  const notDue = { kind: 'not-due', dueAt: due.dueAt, expiresAt: due.expiresAt } as const;
  if (!account.targets?.length && !account.hooks?.renewed) return { notDue, isDeliveryDue: false };
  const { deliveryTime } = await import('./undelivered.js');
  const deliverAt = await deliveryTime(account, paths, facts, now);
  return { notDue, isDeliveryDue: deliverAt !== undefined && deliverAt <= now };
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
