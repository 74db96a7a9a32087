import { resolve } from 'node:path';
import { readAccount, saveAccount } from '../../store/accounts.js';
import { writeCheckpoint } from '../../store/checkpoints.js';
import { accountPaths } from '../../store/home.js';
import { readSecretsFile } from '../../store/import-secrets.js';
import { prepareKeyWrite } from '../../store/key-records.js';
import { readQuestion, writeQuestion } from '../../store/questions.js';
import { homeOf, type ProcessContext } from '../process-context.js';
import { withAccountLock } from '../account-history.js';
import { newAccountConfig, resolveSite, type SiteOptions } from './account-config.js';

const command = 'keyturn account import';
/** `status` and the forecast count a session from this entry of the history. */
const signedIn = ['signed-in', { by: 'import' }] as const;
const waitLockMs = 30_000;

/**
 * Makes an account from saved cookies.
 * 1. The site profile and its addresses are checked.
 * 2. The file is read; it may name the account and the key.
 * 3. What encrypts the records must be available, because an account without its session would be useless.
 * 4. The account is created, and its session is written under its lock.
 */
export async function importAccount(
  file: string,
  options: SiteOptions & { readonly name?: string },
  context: ProcessContext,
) {
  const home = homeOf(context);
  const draft = await newAccountConfig('draft', options, context);
  const { baseUrl } = await resolveSite(draft);
  const imported = await readSecretsFile(resolve(context.cwd, file), { baseUrl, now: context.clock.now });
  const name = options.name ?? imported.suggestedName;
  const config = { ...draft, name, keyName: options.keyName ?? imported.keyName };
  await prepareKeyWrite(accountPaths(home, name));
  const paths = await saveAccount(home, config, { create: true });
  // Without the lock, `keyturn secrets` could rewrite the records at the same time and miss this one.
  await withAccountLock(paths, command, context, async (addHistory) => {
    await writeCheckpoint(paths, imported.checkpoint);
    await addHistory(...signedIn);
  });
  return { name, method: config.method, ...summaryOf(imported, baseUrl) };
}

/**
 * Replaces the cookies of an existing account; its key, history and settings stay.
 * 1. The file is read for the account's console.
 * 2. Under the account's lock, the session is written and recorded as a sign-in.
 * 3. A question that asks the owner to sign in is resolved.
 */
export async function importSession(file: string, name: string, context: ProcessContext) {
  const home = homeOf(context);
  const { site, baseUrl: ownUrl } = await readAccount(home, name);
  const { baseUrl } = await resolveSite({ site, baseUrl: ownUrl });
  const imported = await readSecretsFile(resolve(context.cwd, file), { baseUrl, now: context.clock.now });
  const paths = accountPaths(home, name);
  const update = async (addHistory: (event: string, details: object) => Promise<void>) => {
    await writeCheckpoint(paths, imported.checkpoint);
    await addHistory(...signedIn);
    const question = await readQuestion(paths);
    if (question?.kind === 'login' && question.state !== 'resolved') {
      await writeQuestion(paths, { ...question, state: 'resolved' });
    }
  };
  await withAccountLock(paths, command, context, update, waitLockMs);
  return summaryOf(imported, baseUrl);
}

/** `host`: the console that the cookies are for. `warnings`: sentences without secrets. */
const summaryOf = ({ checkpoint, warnings }: Awaited<ReturnType<typeof readSecretsFile>>, baseUrl: string) => ({
  cookieCount: checkpoint.cookies.length,
  host: new URL(baseUrl).host,
  warnings,
});
