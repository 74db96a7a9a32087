import { resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../lib/app-error.js';
import { checkEnvFile } from '../app/env-file.js';
import type { ProcessContext } from '../app/process-context.js';
import { terminalLanguage } from '../app/terminal-language.js';
import { commandLineTexts } from '../messages/command-line.js';
import { envFileVariable } from '../lib/env-file-variable.js';

/** These read no settings. `complete` runs at every press of the tab key and must not print a warning. */
const withoutSettings = ['completion', 'complete'];

/**
 * Runs before each command. Sets the variable that names the env file to the file of `--env-file`, for this process and
 * the ones that it starts. Rejects when the env file is unfit; warns of the variables that it may not set.
 */
export async function useEnvFile(context: ProcessContext, given: string | undefined, command: Command): Promise<void> {
  const named = given ?? context.env[envFileVariable];
  if (named) context.env[envFileVariable] = resolve(context.cwd, named);
  if (given !== undefined) context.language = terminalLanguage(context.env, context.platform);
  // A scheduled run checks the file itself, so that its record has the reason when it fails.
  if (withoutSettings.includes(command.name()) || command.opts()['scheduled'] === true) return;
  try {
    await requireEnvFile(context);
  } catch (error) {
    // `doctor` reports it as a finding.
    if (command.name() !== 'doctor' || !(error instanceof AppError)) throw error;
  }
}

/** Rejects when the env file is unfit; warns when others can read it, and of the variables in it that are ignored. */
export async function requireEnvFile(context: ProcessContext): Promise<void> {
  for (const warning of await checkEnvFile(context))
    context.stderr.write(`${commandLineTexts.warning[context.language]} ${warning[context.language]}\n`);
}
