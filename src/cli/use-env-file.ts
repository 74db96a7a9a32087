import { resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../errors/app-error.js';
import { shellWord } from '../errors/shell-word.js';
import { envFileVariable } from '../lib/env-file-variable.js';
import { readEnvFile } from '../store/dot-env.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';

/** These read no settings; what a shell asks at every press of the tab key may print nothing either. */
const withoutSettings = ['completion', 'complete', 'explain'];

/**
 * Before a command: notes the file that `--env-file` names in the environment, for this run and the processes that it starts;
 * refuses an unfit one and names what it may not set.
 */
export async function useEnvFile(context: ProcessContext, given: string | undefined, command: Command): Promise<void> {
  const named = given ?? context.env[envFileVariable];
  if (named) context.env[envFileVariable] = resolve(context.cwd, named);
  if (given !== undefined) await undoNodesReading(context);
  // A scheduled run looks at it itself, so that its record says why it failed.
  if (withoutSettings.includes(command.name()) || command.opts()['scheduled'] === true) return;
  try {
    await requireEnvFile(context);
  } catch (error) {
    // To `doctor` it is one more finding.
    if (command.name() !== 'doctor' || !(error instanceof AppError)) throw error;
  }
}

/**
 * Started as `node dist/bin.js`, Node takes `--env-file` for its own option and puts the whole file into the environment. What
 * an env file may not set is taken out again.
 */
async function undoNodesReading(context: ProcessContext): Promise<void> {
  const file = await readEnvFile(context.env, homeOf(context)).catch(() => undefined);
  if (!file) return;
  const { ignoredVariables } = await import('../store/settings-values.js');
  for (const { name } of ignoredVariables(file)) {
    if (name !== envFileVariable && context.env[name] === file.variables[name]) delete context.env[name];
  }
}

/** Rejects when there is an env file that cannot be used; warns of the variables in it that are ignored. */
export async function requireEnvFile(context: ProcessContext): Promise<void> {
  const file = await readEnvFile(context.env, homeOf(context));
  // The watch that started this process has said it.
  if (!file || context.watch) return;
  if (file.isReadableByOthers) {
    context.stderr.write(`warning: other users can read ${file.path}; next: chmod 600 ${shellWord(file.path)}\n`);
  }
  const { ignoredVariables } = await import('../store/settings-values.js');
  const ignored = ignoredVariables(file);
  if (ignored.length === 0) return;
  const names = ignored.map(({ name }) => name).join(', ');
  const next = ignored.map((each) => each.next).join('; ');
  context.stderr.write(`warning: ignored in ${file.path}, as an env file may not set it: ${names}; next: ${next}\n`);
}
