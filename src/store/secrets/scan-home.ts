import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, orAppError } from '../../lib/app-error.js';
import { readPrivateFile } from '../../lib/private-files.js';
import { accountNames } from '../accounts.js';
import { homePaths } from '../home.js';
import { parseSealed } from './sealed-record.js';

/** A file that contains, or may contain, a key or a login. */
export interface SecretFile {
  readonly path: string;
  readonly form: Form;
  /** Not a record in use: left by a killed run, or damaged and moved aside. */
  readonly isLeftOver: boolean;
}

export type Form = 'plain' | 'encrypted' | 'unreadable' | 'missing';

const secretName = /^\.?(?:key|rotation|session)\.json(?:\.bak)?(\..+)?$/;

export async function scanHome(home: string): Promise<readonly SecretFile[]> {
  const files: SecretFile[] = [];
  for (const account of await accountNames(home)) {
    const folder = join(homePaths(home).accounts, account);
    for (const name of (await readdir(folder).catch(() => [])).sort()) {
      const match = secretName.exec(name);
      if (!match) continue;
      const path = join(folder, name);
      files.push({ path, form: await formOf(path), isLeftOver: match[1] !== undefined });
    }
  }
  return files.filter(({ form }) => form !== 'missing');
}

/** Does not check whether the record can be decrypted. */
export async function formOf(path: string): Promise<Form> {
  const read = async () => {
    const text = await readPrivateFile(path);
    return text === undefined ? 'missing' : (parseSealed(text) ?? 'plain');
  };
  const found = await orAppError(read());
  if (found === 'missing' || found === 'plain') return found;
  return !(found instanceof AppError) && found.ok ? 'encrypted' : 'unreadable';
}
