import { resolve } from 'node:path';
import { newRunId } from '../../lib/run-id.js';
import { readAccount } from '../../store/accounts.js';
import { writeCheckpoint } from '../../store/checkpoints.js';
import { appendHistory } from '../../store/history.js';
import { accountPaths, type AccountPaths } from '../../store/home.js';
import { readSecretsFile } from '../../store/import-secrets.js';
import { acquireLock } from '../../store/lock.js';
import { readQuestion, writeQuestion } from '../../store/questions.js';
import { homeOf, type ProcessContext } from '../process-context.js';
import { resolveSite } from './account-config.js';

export interface ImportedSession {
  readonly cookieCount: number;
  /** The console that the cookies are for. */
  readonly host: string;
  /** Sentences without secrets. */
  readonly warnings: readonly string[];
}

/** How long the import waits for a run that holds the account. */
const waitLockMs = 30_000;

/**
 * Replaces the cookies of an existing account; its key, history and settings stay.
 * 1. The file is read for the account's console.
 * 2. Under the account's lock, the session is written and recorded as a sign-in.
 * 3. A question that asks the owner to sign in is resolved.
 */
export async function importSession(
  file: string,
  name: string,
  context: Pick<ProcessContext, 'env' | 'platform' | 'cwd' | 'clock' | 'signal'>,
): Promise<ImportedSession> {
  const { cwd, signal } = context;
  const { now } = context.clock;
  const home = homeOf(context);
  const { site, baseUrl: ownUrl } = await readAccount(home, name);
  const { baseUrl } = await resolveSite({ site, baseUrl: ownUrl });
  const imported = await readSecretsFile(resolve(cwd, file), { baseUrl, now });
  const paths = accountPaths(home, name);
  const runId = newRunId();
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
  return {
    cookieCount: imported.checkpoint.cookies.length,
    host: new URL(baseUrl).host,
    warnings: imported.warnings,
  };
}

/** `status` and the forecast count a session from this entry of the history. */
export async function recordSignIn(
  paths: AccountPaths,
  { runId, at }: { readonly runId: string; readonly at: number },
): Promise<void> {
  await appendHistory(paths, { at: new Date(at).toISOString(), runId, event: 'signed-in', by: 'import' });
}
