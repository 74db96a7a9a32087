import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../errors/app-error.js';
import { homePaths, isAccountName } from '../home.js';
import { readPrivateFile } from '../../lib/private-files.js';
import { systemCode, writeError } from '../../lib/system-error.js';
import { parseEnvelope } from './envelope.js';

/** A file that contains, or may contain, a key or a login. */
export interface SecretFile {
  readonly path: string;
  readonly account: string;
  readonly form: Form;
  /** Not a record in use: left by a killed run, or damaged and moved aside. */
  readonly isLeftOver: boolean;
}

export type Form =
  { readonly as: 'plain' | 'unreadable' | 'missing' } | { readonly as: 'encrypted'; readonly kid: string };

const secretName = /^\.?(?:key|rotation|session)\.json(?:\.bak)?(\..+)?$/;

/** Every folder with a valid account name, even if it holds no account now. */
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

/** Does not check whether the record can be decrypted. */
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
