import { shellWord } from '../messages/shell-word.js';
import { readEnvFile } from '../store/dot-env.js';
import { homeOf, type ProcessContext } from './process-context.js';
import { warningTexts } from '../messages/warnings.js';
import type { Text } from '../messages/text.js';

/** Returns warnings about the env file: who can read it, and which variables are ignored. Rejects when it is unfit. */
export async function checkEnvFile(context: ProcessContext): Promise<readonly Text[]> {
  const file = await readEnvFile(context.env, homeOf(context));
  // The watch that started this process has printed the warnings.
  if (!file || context.watch) return [];
  const { path } = file;
  const warnings: Text[] = [];
  if (file.isReadableByOthers) warnings.push(warningTexts.readableByOthers(path, `chmod 600 ${shellWord(path)}`));
  const { ignoredVariables } = await import('../store/settings.js');
  const ignored = ignoredVariables(file);
  if (ignored.length > 0) {
    const names = ignored.map(({ name }) => name).join(', ');
    const next = ignored.map((each) => each.next).join('; ');
    warnings.push(warningTexts.ignoredVariables(path, names, next));
  }
  return warnings;
}
