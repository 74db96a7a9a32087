import { lstat, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { appError } from '../../lib/app-error.js';
import { secretsErrors } from './secrets-errors.js';
import { accountExists, accountText, readAccount, removeLeftovers } from '../accounts.js';
import { readCheckpoint, writeCheckpoint } from '../checkpoints.js';
import { accountPaths, accountPathsIn, homePaths, type AccountPaths } from '../home.js';
import { hasIntent, prepareKeyWrite, readKeyRecord, writeKeyRecord } from '../key-records.js';
import { ensurePrivateDir, readPrivateBytes, syncFolder, writePrivateFile } from '../../lib/private-files.js';
import { systemCode, writeError } from '../../lib/system-error.js';
import type { AccountBundle } from './account-export.js';

/** Reads the content of an export. The caller must hold the account's lock. */
export async function gatherAccount(home: string, name: string): Promise<AccountBundle> {
  const paths = accountPaths(home, name);
  const account = await readAccount(home, name);
  // Only a read of the console can settle a rotation; a second machine could not know which key is current.
  if (await hasIntent(paths)) throw appError(secretsErrors.unsettledRotation, { account: name });
  const key = await readKeyRecord(paths);
  const history = await readPrivateBytes(paths.history);
  return {
    keyturn: 'account-export',
    version: 1,
    account,
    key: key.current || key.previous.length > 0 ? key : undefined,
    session: await readCheckpoint(paths),
    history: history?.toString('utf8'),
  };
}

/** Creates the account whole or not at all: the folder is renamed last. Rejects with KT101 when the name is taken. */
export async function installAccount(home: string, content: AccountBundle): Promise<AccountPaths> {
  const { account, key, session, history } = content;
  const paths = accountPaths(home, account.name);
  const text = accountText(account);
  const taken = () => accountExists(account.name);
  if (await lstat(paths.folder).catch(() => undefined)) throw taken();
  await prepareKeyWrite(paths);

  const { accounts } = homePaths(home);
  await ensurePrivateDir(home);
  await ensurePrivateDir(accounts);
  await removeLeftovers(home);
  const stage = join(accounts, `.import-${account.name}-${process.pid}-${Date.now().toString(36)}`);
  const staged = accountPathsIn(stage, home, account.name);
  try {
    await ensurePrivateDir(stage);
    if (session) await writeCheckpoint(staged, session);
    if (key) await writeKeyRecord(staged, key);
    if (history !== undefined) await writePrivateFile(staged.history, history);
    await writePrivateFile(staged.account, text);
    await rename(stage, paths.folder);
    await syncFolder(accounts);
  } catch (error) {
    await rm(stage, { recursive: true, force: true }).catch(() => undefined);
    if (['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(systemCode(error) ?? '')) throw taken();
    throw writeError(paths.folder, error);
  }
  return paths;
}
