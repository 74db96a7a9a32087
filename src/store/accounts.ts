import { lstat, readdir, rename, rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import * as z from 'zod/mini';
import { AppError, appError, orAppError } from '../lib/app-error.js';
import { settingsErrors, usageError } from '../lib/settings-errors.js';
import { storeErrors } from '../lib/store-errors.js';
import { fileKinds } from '../messages/file-reasons.js';
import { shellWord } from '../messages/shell-word.js';
import { storeErrorTexts } from '../messages/store-errors.js';
import { same } from '../messages/text.js';
import { deliveryTargets, hooks } from '../core/delivery-target.js';
import { isoTime, nonEmptyString, textThat, version1 } from '../lib/schema.js';
import { accountPaths, homePaths, isAccountName, type AccountPaths } from './home.js';
import {
  createNewFile,
  ensurePrivateDir,
  kindOf,
  readPrivateFile,
  syncFolder,
  writePrivateFile,
} from '../lib/private-files.js';
import { parseJson, validate } from './validate.js';
import { systemCode, writeError } from '../lib/system-error.js';

const accountConfig = z.strictObject({
  version: version1,
  name: textThat((name) => (isAccountName(name) ? undefined : 'is not an account name')),
  /** A built-in site, e.g. `iflow`, or the absolute path of a site profile. */
  site: textThat((site) =>
    isAbsolute(site) || /^[a-z0-9][a-z0-9._-]*$/.test(site)
      ? undefined
      : "is neither a site's name nor the absolute path of a site profile",
  ),
  baseUrl: z.optional(textThat(webUrlProblem)),
  /** Plain HTTP to a public address is wanted. */
  allowHttp: z.optional(z.boolean()),
  /** Overrides the site profile's. `none`: new keys are not verified. */
  probeUrl: z.optional(textThat((url) => (url === 'none' ? undefined : webUrlProblem(url)))),
  /** May contain a user and password, which are never shown. */
  proxy: z.optional(textThat(proxyProblem)),
  enabled: z.boolean(),
  method: z.enum(['auto', 'http', 'browser']),
  /** The key's name at the console, if it cannot be read there. */
  keyName: z.optional(nonEmptyString),
  targets: z.optional(deliveryTargets),
  hooks: z.optional(hooks),
  createdAt: isoTime,
});

/** One login at one site: the content of `account.json`. */
export type AccountConfig = Readonly<z.output<typeof accountConfig>>;

/** What is wrong with a web address, e.g. `is not an http or https URL`. Never quotes it: it may contain secrets. */
export function webUrlProblem(text: string): string | undefined {
  const url = parseUrl(text);
  if (!url || !/^https?:$/.test(url.protocol)) return 'is not an http or https URL';
  if (url.username || url.password) return 'must not have a user or password in it';
  if (url.hash) return 'must not have a #fragment';
  return undefined;
}

/** As {@link webUrlProblem}, for a proxy: http, https, socks4(a) or socks5(h); may have a user and password. */
function proxyProblem(text: string): string | undefined {
  const url = parseUrl(text);
  if (!url || !/^(?:https?|socks(?:4a?|5h?)?):$/.test(url.protocol) || !url.hostname) {
    return 'is not a proxy URL such as http://host:8080 or socks5://host:1080';
  }
  if ((url.pathname !== '' && url.pathname !== '/') || url.search || url.hash) {
    return 'must end after the port: a proxy has no path';
  }
  return undefined;
}

function parseUrl(text: string): URL | undefined {
  // The URL parser drops these silently, so a line break would pass.
  if ([...text].some((char) => char <= ' ')) return undefined;
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** All accounts, sorted by name. An unreadable account does not hide the others. */
export async function listAccounts(home: string) {
  const accounts: AccountConfig[] = [];
  const broken: { readonly name: string; readonly error: AppError }[] = [];
  for (const name of await accountNames(home)) {
    const account = await orAppError(readIfThere(accountPaths(home, name)));
    if (account instanceof AppError) broken.push({ name, error: account });
    else if (account) accounts.push(account);
  }
  return { accounts, broken } as const;
}

/** For an unknown name, rejects with a usage error that lists the known names. */
export async function readAccount(home: string, name: string): Promise<AccountConfig> {
  const account = await readIfThere(accountPaths(home, name));
  if (account) return account;
  const { accounts, broken } = await listAccounts(home);
  const known = [...accounts, ...broken].map((each) => each.name).sort();
  throw appError(storeErrors.unknownAccount, { name, known });
}

/** The content of `account.json`. Throws KT101 when the account is invalid. */
export function accountText(account: AccountConfig): string {
  const checked = validate(accountConfig, JSON.parse(JSON.stringify(account)));
  if (!checked.ok) {
    const message = storeErrorTexts.badAccountValue(account.name, checked.problems);
    throw usageError({ message, command: 'keyturn account add' });
  }
  return `${JSON.stringify(checked.value, null, 2)}\n`;
}

export function accountExists(name: string): AppError {
  return usageError({ message: storeErrorTexts.accountExists(name), next: 'keyturn account list' });
}

/** Creates or changes an account. With `create`, an existing name is a usage error. */
export async function saveAccount(home: string, account: AccountConfig, options: { readonly create?: boolean } = {}) {
  const paths = accountPaths(home, account.name);
  const text = accountText(account);
  await ensurePrivateDir(home);
  await ensurePrivateDir(homePaths(home).accounts);
  await ensurePrivateDir(paths.folder);
  if (!options.create) await writePrivateFile(paths.account, text);
  else if (!(await createNewFile(paths.account, text))) throw accountExists(account.name);
  return paths;
}

/** Removes the account's folder with its browser profile, key and history. The caller holds the account's lock. */
export async function removeAccount(home: string, name: string) {
  const paths = accountPaths(home, name);
  const stats = await lstat(paths.folder).catch(() => undefined);
  if (!stats) await readAccount(home, name);
  if (!stats?.isDirectory()) {
    throw appError(storeErrors.notAPlainFile, { path: paths.folder, found: stats ? kindOf(stats) : fileKinds.other });
  }
  const accounts = homePaths(home).accounts;
  // Rename first, so that a kill leaves no half-removed account. The dot keeps the folder out of the list.
  const doomed = join(accounts, `.removed-${name}-${process.pid}-${Date.now().toString(36)}`);
  try {
    await rename(paths.folder, doomed);
    await syncFolder(accounts);
    await removeLeftovers(home);
  } catch (error) {
    throw writeError(paths.folder, error);
  }
}

/** Removes what removals and imports that were killed have left, with the secrets in it. */
export async function removeLeftovers(home: string): Promise<void> {
  const { accounts } = homePaths(home);
  for (const name of await readdir(accounts).catch(() => [])) {
    if (/^\.(?:removed|import)-/.test(name)) await rm(join(accounts, name), { recursive: true, force: true });
  }
}

/** Every folder with a valid account name, even if it holds no account now. */
export async function accountNames(home: string): Promise<string[]> {
  try {
    return (await readdir(homePaths(home).accounts)).filter(isAccountName).sort();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw writeError(homePaths(home).accounts, error);
  }
}

async function readIfThere(paths: AccountPaths): Promise<AccountConfig | undefined> {
  const text = await readPrivateFile(paths.account);
  if (text === undefined) return undefined;
  const parsed = parseJson(accountConfig, text);
  if (parsed.ok && parsed.value.name === paths.name) return parsed.value;
  const problems = parsed.ok ? [`name is "${parsed.value.name}", but the folder is ${paths.name}`] : parsed.problems;
  const fix = `"\${EDITOR:-vi}" ${shellWord(paths.account)}`;
  throw appError(settingsErrors.settingsFile, { path: paths.account, problem: same(problems.join('; ')), fix });
}
