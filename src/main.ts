import { systemContext } from './app/process-context.js';
import { runCli } from './cli/program.js';
import { packageFolder } from './lib/package-folder.js';

/** Runs the command line in this process and sets the exit code. */
export async function main(args: readonly string[]): Promise<void> {
  const { context, dispose } = systemContext({ packageFolder });
  try {
    process.exitCode = await runCli(args, context);
  } finally {
    dispose();
  }
}
