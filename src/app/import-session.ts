import { resolve } from 'node:path';
import { homeOf, type ProcessContext } from './process-context.js';
import { newRunId } from '../lib/run-id.js';
import { readAccount } from '../store/accounts.js';
import { writeCheckpoint } from '../store/checkpoints.js';
import { appendHistory } from '../store/history.js';
import { accountPaths, type AccountPaths } from '../store/home.js';
import { readSecretsFile } from '../store/import-secrets.js';
import { acquireLock } from '../store/lock.js';
import { readQuestion, writeQuestion } from '../store/questions.js';
import { printable } from '../lib/redact.js';

/** A run that is at work on the account ends within this time, or the import gives up. */
const waitLockMs = 30_000;

/** New cookies for an account that is there already: its key, history and settings stay; a question to sign in is settled. */
export async function importSession(file: string, name: string, context: ProcessContext): Promise<void> {
  const { loadSiteProfile } = await import('../site/load-profile.js');
  const { resolveProfile } = await import('../site/resolve-profile.js');
  const home = homeOf(context);
  const account = await readAccount(home, name);
  const { baseUrl } = resolveProfile(await loadSiteProfile(account.site), { baseUrl: account.baseUrl });
  const imported = await readSecretsFile(resolve(context.cwd, file), { baseUrl, now: context.clock.now });
  const paths = accountPaths(home, name);
  const runId = newRunId();
  const { signal } = context;
  const { now } = context.clock;
  const lock = await acquireLock(paths.lock, {
    command: 'keyturn account import',
    runId,
    waitMs: waitLockMs,
    now,
    signal,
  });
  try {
    await writeCheckpoint(paths, imported.checkpoint);
    await recordSignIn(paths, { runId, at: now() });
    const question = await readQuestion(paths);
    if (question?.kind === 'login' && question.state !== 'resolved') {
      await writeQuestion(paths, { ...question, state: 'resolved' });
    }
  } finally {
    await lock.release();
  }
  for (const warning of imported.warnings) context.stderr.write(`warning: ${printable(warning)}\n`);
  context.stderr.write(
    `account ${name} has a new session: ${imported.checkpoint.cookies.length} cookies for ${new URL(baseUrl).host}\n` +
      `next: keyturn refresh ${name}\n`,
  );
}

/** The begin of a session, as `status` and the forecast count it. */
export async function recordSignIn(
  paths: AccountPaths,
  { runId, at }: { readonly runId: string; readonly at: number },
): Promise<void> {
  await appendHistory(paths, { at: new Date(at).toISOString(), runId, event: 'signed-in', by: 'import' });
}
