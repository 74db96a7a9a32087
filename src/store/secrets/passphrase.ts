import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { appError } from '../../errors/app-error.js';
import { secretsErrors } from '../../errors/secrets-errors.js';
import { fileExposure } from '../../lib/private-files.js';
import { readReason, systemCode } from '../../lib/system-error.js';

const shortestPassphrase = 12;
const largestFileBytes = 4096;

/** What is wrong with a passphrase. Never repeats it. */
export function passphraseProblem(text: string): string | undefined {
  if (text.trim() === '') return 'it is empty';
  return text.length < shortestPassphrase ? `it has fewer than ${shortestPassphrase} characters` : undefined;
}

/** The passphrase in a file, without the final line break. Rejects a file that others can read. */
export async function readPassphraseFile(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const refuse = (problem: string, isLoose = false, cause?: unknown) =>
    appError(secretsErrors.badPassphraseFile, { path, problem, isLoose }, { cause });
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw refuse('it is not a plain file');
    if (stats.size > largestFileBytes) throw refuse(`it has ${stats.size} bytes`);
    const exposure = fileExposure(path, stats, env['CREDENTIALS_DIRECTORY']);
    if (exposure) throw refuse(exposure.problem, true);
    const bytes = await readFile(path);
    const text = bytes.toString('utf8').replace(/[\r\n]+$/, '');
    const problem = isUtf8(bytes) ? passphraseProblem(text) : 'it is not UTF-8 text';
    if (problem !== undefined) throw refuse(problem);
    return text;
  } catch (error) {
    const code = systemCode(error);
    throw code === undefined ? error : refuse(readReason(code).en, false, error);
  }
}
