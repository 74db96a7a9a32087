import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { appError } from '../../errors/app-error.js';
import { secretsErrors } from '../../errors/secrets-errors.js';
import { fileSize, notPlainFile, notUtf8 } from '../../messages/file-reasons.js';
import { secretsErrorTexts } from '../../messages/secrets-errors.js';
import type { Text } from '../../messages/text.js';
import { fileExposure } from '../../lib/private-files.js';
import { readReason, systemCode } from '../../lib/system-error.js';

const shortestPassphrase = 12;
const largestFileBytes = 4096;

/** What is wrong with a passphrase. Never repeats it. */
export function passphraseProblem(text: string): Text | undefined {
  if (text.trim() === '') return secretsErrorTexts.passphraseEmpty;
  return text.length < shortestPassphrase ? secretsErrorTexts.passphraseShort(shortestPassphrase) : undefined;
}

/** The passphrase in a file, without the final line break. Rejects a file that others can read. */
export async function readPassphraseFile(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const refuse = (problem: Text, fix?: string, cause?: unknown) =>
    appError(secretsErrors.badPassphrase, { path, problem, fix }, { cause });
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw refuse(notPlainFile);
    if (stats.size > largestFileBytes) throw refuse(fileSize(stats.size));
    const exposure = fileExposure(path, stats, env['CREDENTIALS_DIRECTORY']);
    if (exposure) throw refuse(exposure.problem, exposure.fix);
    const bytes = await readFile(path);
    const text = bytes.toString('utf8').replace(/[\r\n]+$/, '');
    const problem = isUtf8(bytes) ? passphraseProblem(text) : notUtf8;
    if (problem !== undefined) throw refuse(problem);
    return text;
  } catch (error) {
    const code = systemCode(error);
    throw code === undefined ? error : refuse(readReason(code), undefined, error);
  }
}
