import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../errors/app-error.js';
import { homePaths, isAccountName } from '../home.js';
import { readPrivateFile } from '../../lib/private-files.js';
import { systemCode, writeError } from '../../lib/system-error.js';
import { parseEnvelope } from './envelope.js';

/** One file that holds, or may hold, a key or a login. */
export interface SecretFile {
  readonly path: string;
  readonly account: string;
  readonly form: Form;
  /** Not a record in use: what a killed run left, or a damaged one that was set aside. */
  readonly isLeftOver: boolean;
}

export type Form =
  { readonly as: 'plain' | 'unreadable' | 'missing' } | { readonly as: 'encrypted'; readonly kid: string };

const secretName = /^\.?(?:key|rotation|session)\.json(?:\.bak)?(\..+)?$/;

/** Every folder that is an account's, or once was or may become one. */
export async function accountFolders(home: string): Promise<readonly string[]> {
  const { accounts } = homePaths(home);
  try {
    return (await readdir(accounts)).filter(isAccountName).sort();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw writeError(accounts, error);
  }
}

export async function scanHome(home: string): Promise<readonly SecretFile[]> {
  const files: SecretFile[] = [];
  for (const account of await accountFolders(home)) {
    const folder = join(homePaths(home).accounts, account);
    for (const name of (await readdir(folder).catch(() => [])).sort()) {
      const match = secretName.exec(name);
      if (!match) continue;
      const path = join(folder, name);
      files.push({ path, account, form: await formOf(path), isLeftOver: match[1] !== undefined });
    }
  }
  return files.filter(({ form }) => form.as !== 'missing');
}

/** Says nothing of whether the record could be decrypted. */
export async function formOf(path: string): Promise<Form> {
  try {
    const text = await readPrivateFile(path);
    if (text === undefined) return { as: 'missing' };
    const sealed = parseEnvelope(text);
    if (!sealed) return { as: 'plain' };
    return sealed.ok ? { as: 'encrypted', kid: sealed.value.kid } : { as: 'unreadable' };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { as: 'unreadable' };
  }
}
