import { shellWord } from '../messages/shell-word.js';
import { envFileVariable } from '../lib/env-file-variable.js';
import { readEnvFile } from '../store/dot-env.js';
import { homeOf, type ProcessContext } from './process-context.js';

/** For `node dist/bin.js --env-file FILE`: Node reads FILE too, and sets variables that an env file may not set. */
export async function undoNodesReading(context: ProcessContext): Promise<void> {
  const file = await readEnvFile(context.env, homeOf(context)).catch(() => undefined);
  if (!file) return;
  const { ignoredVariables } = await import('../store/settings-values.js');
  for (const { name } of ignoredVariables(file)) {
    if (name !== envFileVariable && context.env[name] === file.variables[name]) delete context.env[name];
  }
}

/** Returns warnings about the env file: who can read it, and which variables are ignored. Rejects when it is unfit. */
export async function checkEnvFile(context: ProcessContext): Promise<readonly string[]> {
  const file = await readEnvFile(context.env, homeOf(context));
  // The watch that started this process has printed the warnings.
  if (!file || context.watch) return [];
  const { path } = file;
  const warnings: string[] = [];
  if (file.isReadableByOthers) warnings.push(`other users can read ${path}; next: chmod 600 ${shellWord(path)}`);
  const { ignoredVariables } = await import('../store/settings-values.js');
  const ignored = ignoredVariables(file);
  if (ignored.length > 0) {
    const names = ignored.map(({ name }) => name).join(', ');
    const next = ignored.map((each) => each.next).join('; ');
    warnings.push(`ignored in ${path}, as an env file may not set it: ${names}; next: ${next}`);
  }
  return warnings;
}
