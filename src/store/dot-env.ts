import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { systemCode, readError } from './system-error.js';

/** keyturn's own variables from `.env` in the folder; every other one there is none of its business. */
export function readDotEnv(cwd: string): Readonly<Record<string, string>> {
  const path = join(cwd, '.env');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(systemCode(error) ?? '')) return {};
    throw readError(path, error);
  }
  return Object.fromEntries(
    Object.entries(parseEnv(text)).flatMap(([name, value]) =>
      /^(?:KEYTURN|FEISHU)_/.test(name) && value !== undefined ? [[name, value]] : [],
    ),
  );
}
