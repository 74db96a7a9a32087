import { resolve } from 'node:path';
import { appError } from '../../errors/app-error.js';
import { settingsErrors } from '../../errors/settings-errors.js';
import { usageTexts } from '../../messages/cli/usage.js';
import { passphraseProblem, readPassphraseFile } from '../../store/secrets/passphrase.js';
import type { ProcessContext } from '../process-context.js';

type Context = Pick<ProcessContext, 'env' | 'cwd'>;

export interface PassphraseSource {
  /** The file that holds the passphrase; absent: `ask` is called. */
  readonly file?: string;
  /** Asks the user for a secret under this name, e.g. `passphrase again`. */
  readonly ask: (name: string) => Promise<string>;
}

export async function readPassphrase({ file, ask }: PassphraseSource, { cwd, env }: Context): Promise<string> {
  return file === undefined ? ask('passphrase') : readPassphraseFile(resolve(cwd, file), env);
}

/** The passphrase for a new file. A typed one must be long enough and is asked for twice. */
export async function chooseNewPassphrase(
  source: PassphraseSource,
  command: string,
  context: Context,
): Promise<string> {
  const passphrase = await readPassphrase(source, context);
  if (source.file !== undefined) return passphrase;
  const problem = passphraseProblem(passphrase);
  if (problem !== undefined) {
    throw appError(settingsErrors.usage, { message: usageTexts.passphrase(problem), command });
  }
  if ((await source.ask('passphrase again')) !== passphrase) {
    throw appError(settingsErrors.usage, { message: usageTexts.passphrasesDiffer, command });
  }
  return passphrase;
}
