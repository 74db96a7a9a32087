import { resolve } from 'node:path';
import { readAccount, saveAccount, type AccountConfig } from '../../store/accounts.js';
import { writeCheckpoint } from '../../store/checkpoints.js';
import { accountPaths } from '../../store/home.js';
import { readSecretsFile } from '../../store/import-secrets.js';
import { prepareKeyWrite } from '../../store/key-records.js';
import { readQuestion, writeQuestion } from '../../store/questions.js';
import { homeOf, type ProcessContext } from '../process-context.js';
import { withAccountLock } from '../account-history.js';
import { isOpenUnforced } from '../../core/question.js';
import { appError } from '../../lib/app-error.js';
import { storeErrors } from '../../lib/store-errors.js';
import { importTexts } from '../../messages/imports.js';
import { openSessionCookies } from '../../site/session-cookies.js';
import { resolveSite } from '../../site/resolve-site.js';
import { newAccountConfig, type SiteOptions } from './account-config.js';

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
  const imported = await readFor(draft, file, context);
  const name = options.name ?? imported.suggestedName;
  await prepareKeyWrite(accountPaths(home, name));
  await saveAccount(home, { ...draft, name, keyName: options.keyName ?? imported.keyName }, { create: true });
  return { method: draft.method, ...(await writeSession(name, imported, context)) };
}

/**
 * Replaces the cookies of an existing account; its key, history and settings stay. A question that asks the owner to sign
 * in is resolved.
 */
export async function importSession(file: string, name: string, context: ProcessContext) {
  const config = await readAccount(homeOf(context), name);
  return writeSession(name, await readFor(config, file, context), context);
}

async function readFor(config: AccountConfig, file: string, { cwd, clock }: ProcessContext) {
  const path = resolve(cwd, file);
  const { baseUrl, session, http, page } = await resolveSite(config);
  const imported = await readSecretsFile(path, { baseUrl, now: clock.now });
  const { cookies } = imported.checkpoint;
  const jar = openSessionCookies(cookies, () => [clock.now()]);
  const urls = [http?.read.url, page?.url].filter((url) => url !== undefined);
  const sent = [...new Set(urls.flatMap(jar.namesFor))];
  if (sent.length === 0) {
    const held = cookies.map(({ name, domain, path: at }) => `${name} (${domain}${at})`).join(', ');
    throw appError(storeErrors.badImport, { path, problems: [importTexts.noneSent(held, urls[0] ?? baseUrl)] });
  }
  const isSignedOut = session.cookies.length > 0 && !session.cookies.some((name) => sent.includes(name));
  const remark = isSignedOut ? [importTexts.signInMissing(session.cookies.join(', '))] : [];
  return { ...imported, sent, host: new URL(baseUrl).host, warnings: [...imported.warnings, ...remark] };
}

/** Under the account's lock, because `keyturn secrets` could rewrite the records at the same time and miss this one. */
async function writeSession(
  name: string,
  { checkpoint, warnings, host, sent }: Awaited<ReturnType<typeof readFor>>,
  context: ProcessContext,
) {
  const paths = accountPaths(homeOf(context), name);
  const write = async (addHistory: (event: string, details: object) => Promise<void>) => {
    await writeCheckpoint(paths, checkpoint);
    await addHistory('signed-in', { by: 'import' });
    const question = await readQuestion(paths);
    if (question?.kind === 'login' && isOpenUnforced(question)) {
      await writeQuestion(paths, { ...question, state: 'resolved' });
    }
  };
  await withAccountLock(paths, 'keyturn account import', context, write, waitLockMs);
  return { name, sent, host, warnings };
}
