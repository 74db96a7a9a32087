import { shellWord } from '../messages/shell-word.js';
import { readEnvFile } from '../store/dot-env.js';
import { homeOf, type ProcessContext } from './process-context.js';

/** Returns warnings about the env file: who can read it, and which variables are ignored. Rejects when it is unfit. */
export async function checkEnvFile(context: ProcessContext): Promise<readonly string[]> {
  const file = await readEnvFile(context.env, homeOf(context));
  // The watch that started this process has printed the warnings.
  if (!file || context.watch) return [];
  const { path } = file;
  const warnings: string[] = [];
  if (file.isReadableByOthers) warnings.push(`other users can read ${path}; next: chmod 600 ${shellWord(path)}`);
  const { ignoredVariables } = await import('../store/settings.js');
  const ignored = ignoredVariables(file);
  if (ignored.length > 0) {
    const names = ignored.map(({ name }) => name).join(', ');
    const next = ignored.map((each) => each.next).join('; ');
    warnings.push(`ignored in ${path}, as an env file may not set it: ${names}; next: ${next}`);
  }
  return warnings;
}
