import type { Stats } from 'node:fs';
import { appError } from '../../lib/app-error.js';
import { secretsErrors } from './secrets-errors.js';
import { secretsErrorTexts } from '../../messages/secrets-errors.js';
import type { Text } from '../../messages/text.js';
import { fileExposure } from '../../lib/private-files.js';
import { readBoundedFile } from '../../lib/read-bounded-file.js';

const shortestPassphrase = 12;
const mostBytes = 4096;

/** What is wrong with a passphrase. Never repeats it. */
export function passphraseProblem(text: string): Text | undefined {
  if (text.trim() === '') return secretsErrorTexts.passphraseEmpty;
  return text.length < shortestPassphrase ? secretsErrorTexts.passphraseShort(shortestPassphrase) : undefined;
}

/** The passphrase in a file, without the final line break. Rejects a file that others can read. */
export async function readPassphraseFile(path: string, env: Readonly<Record<string, string | undefined>>) {
  const refuse = (problem: Text, cause?: unknown, fix?: string) =>
    appError(secretsErrors.badPassphrase, { path, problem, fix }, { cause });
  const check = (stats: Stats) => {
    const exposure = fileExposure(path, stats, env['CREDENTIALS_DIRECTORY']);
    if (exposure) throw refuse(exposure.problem, undefined, exposure.fix);
  };
  const passphrase = (await readBoundedFile(path, { mostBytes, refuse, check })).text.replace(/[\r\n]+$/, '');
  const problem = passphraseProblem(passphrase);
  if (problem !== undefined) throw refuse(problem);
  return passphrase;
}
