import { appError, type AppError } from '../lib/app-error.js';
import { cliErrors } from './cli-errors.js';
import { storeErrors } from '../lib/store-errors.js';
import { usageError } from '../lib/settings-errors.js';
import { usageTexts } from '../messages/cli/usage.js';
import { isDue, isTimeDoubtful, siteTime } from '../core/is-due.js';
import { durationText } from '../lib/duration.js';
import { timeText } from '../lib/show-time.js';
import { listAccounts, readAccount, type AccountConfig } from '../store/accounts.js';
import { accountPaths } from '../store/home.js';
import { readKeyRecord } from '../store/key-records.js';
import type { Warn } from '../store/record-file.js';

/** The named account, or the only one there is. */
export async function pickAccount(home: string, name: string | undefined, command: string): Promise<AccountConfig> {
  if (name !== undefined) return readAccount(home, name);
  const { accounts, broken } = await listAccounts(home);
  const names = [...accounts, ...broken].map((account) => account.name).sort();
  if (names.length === 0) throw appError(storeErrors.unknownAccount, {});
  if (names.length > 1) throw whichAccount(names, command);
  const [only] = accounts;
  if (!only) throw broken[0]?.error ?? appError(storeErrors.unknownAccount, {});
  return only;
}

/** @param command the words after `keyturn` */
export function whichAccount(names: readonly string[], command: string): AppError {
  const next = `keyturn ${command} ${names[0] ?? 'NAME'}`;
  return usageError({ message: usageTexts.whichAccount(names), next });
}

/** The named accounts, or all when `names` is empty. Rejects for a name that does not exist. */
export async function namedAccounts(home: string, names: readonly string[]) {
  const { accounts, broken } = await listAccounts(home);
  for (const name of names) {
    if (![...accounts, ...broken].some((each) => each.name === name)) await readAccount(home, name);
  }
  const isWanted = ({ name }: { readonly name: string }) => names.length === 0 || names.includes(name);
  return { accounts: accounts.filter(isWanted), broken: broken.filter(isWanted) };
}

export interface KeyWish {
  readonly name?: string;
  /** Fails unless the key lives this much longer. */
  readonly validForMs?: number;
  readonly evenExpired?: boolean;
}

/** The key of the named account, or of the only one. Rejects with KT154, KT162 or KT163 unless it is known to live long enough. */
export async function pickKey(
  home: string,
  { name, validForMs = 0, evenExpired }: KeyWish,
  { command, now, warn }: { readonly command: string; readonly now: number; readonly warn?: Warn },
) {
  const { name: account } = await pickAccount(home, name, command);
  const { current, clock } = await requireKey(home, account, warn);
  const { expiresAt } = isDue({ current }, now);
  if (expiresAt === undefined || evenExpired) return current.key;
  if (isTimeDoubtful({ current, clock }, now)) throw appError(cliErrors.timeUnknown, { account });
  const leftMs = Date.parse(expiresAt) - siteTime({ clock }, now);
  const at = timeText(expiresAt);
  if (leftMs <= 0) throw appError(cliErrors.expiredKey, { account, at });
  if (leftMs < validForMs) throw appError(cliErrors.endsSoon, { account, at, wanted: durationText(validForMs) });
  return current.key;
}

/** Rejects when the account has no key yet. `warn` is called when the record is damaged and its second copy is read. */
export async function requireKey(home: string, account: string, warn?: Warn) {
  const { current, clock } = await readKeyRecord(accountPaths(home, account), warn);
  if (!current) throw appError(cliErrors.noKey, { account });
  return { current, clock };
}
