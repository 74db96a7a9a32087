import { scrypt } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { appError } from '../../errors/app-error.js';
import { secretsErrors } from '../../errors/secrets-errors.js';
import { fileExposure } from '../../lib/private-files.js';
import { number, object, oneOf, type Schema } from '../validate.js';
import { systemCode } from '../../lib/system-error.js';
import { base64 } from './envelope.js';

/** How a key is derived from a passphrase. Stored with the protected data, so that the cost can change later. */
export interface ScryptParams {
  readonly name: 'scrypt';
  readonly N: number;
  readonly r: number;
  readonly p: number;
  /** Base64. */
  readonly salt: string;
}

/** 32 MiB and about a tenth of a second; every run that opens a record pays this. */
export const homeCost = { N: 2 ** 15, r: 8, p: 1 } as const;
/** 128 MiB and about half a second, as OWASP recommends: an exported file can be attacked offline. */
export const exportCost = { N: 2 ** 17, r: 8, p: 1 } as const;

const shortestPassphrase = 12;
const largestFileBytes = 4096;

/** Bounded, so that a forged file cannot make keyturn use all memory. */
const within =
  (least: number, most: number): Schema<number> =>
  (value, path, problems) => {
    const given = number(value, path, problems);
    if (!Number.isInteger(given) || given < least || given > most) problems.push(`${path} is out of range`);
    return given;
  };

const powerOfTwo: Schema<number> = (value, path, problems) => {
  const given = within(2 ** 14, 2 ** 20)(value, path, problems);
  if (!Number.isInteger(Math.log2(given))) problems.push(`${path} is not a power of two`);
  return given;
};

export const scryptParams = object<ScryptParams>({
  name: oneOf('scrypt'),
  N: powerOfTwo,
  r: within(1, 16),
  p: within(1, 8),
  salt: base64,
});

export function deriveKey(passphrase: string, { N, r, p, salt }: ScryptParams, bytes: number): Promise<Buffer> {
  // Terminals encode accented letters differently.
  const text = passphrase.normalize('NFC');
  return new Promise((resolve, reject) => {
    scrypt(text, Buffer.from(salt, 'base64'), bytes, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

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
  let handle;
  try {
    // O_NONBLOCK keeps a named pipe from blocking the open for ever. Absent on Windows.
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = await handle.stat();
    if (!stats.isFile()) throw refuse('it is not a plain file');
    if (stats.size > largestFileBytes) throw refuse(`it has ${stats.size} bytes`);
    const exposure = fileExposure(path, stats, env['CREDENTIALS_DIRECTORY']);
    if (exposure) throw refuse(exposure.problem, true);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await handle.readFile()).replace(/[\r\n]+$/, '');
    const problem = passphraseProblem(text);
    if (problem !== undefined) throw refuse(problem);
    return text;
  } catch (error) {
    if (error instanceof TypeError) throw refuse('it is not UTF-8 text');
    const code = systemCode(error);
    if (code === undefined) throw error;
    const reason = { ENOENT: 'there is no such file', EACCES: 'this user may not read it' }[code] ?? code;
    throw refuse(reason, false, error);
  } finally {
    await handle?.close();
  }
}
