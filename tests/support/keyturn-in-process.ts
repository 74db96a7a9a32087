import { tmpdir } from 'node:os';
import { Readable, Writable } from 'node:stream';
import type { ProcessContext } from '../../src/app/process-context.js';
import { terminalLanguage } from '../../src/app/terminal-language.js';
import { runCli } from '../../src/cli/program.js';
import { clockOf } from '../../src/lib/clock.js';
import { packageFolder } from '../../src/lib/package-folder.js';
import type { KeyturnRun } from '../simulator/keyturn-child.js';

export type FinishedRun = Pick<KeyturnRun, 'exitCode' | 'stdout' | 'stderr'>;

/**
 * Runs the command line inside this process. A child process takes ten times as much of the processor, because it loads
 * its modules anew.
 */
export async function runInProcess(
  args: readonly string[],
  {
    env,
    entry = '',
    cwd = tmpdir(),
    now = Date.now,
    input = '',
  }: { env: NodeJS.ProcessEnv; entry?: string; cwd?: string; now?: () => number; input?: string },
): Promise<FinishedRun> {
  const { platform } = process;
  const [stdout, stderr] = [collector(), collector()];
  const context: ProcessContext = {
    env,
    cwd,
    platform,
    packageFolder,
    stdin: Readable.from(input),
    stdout: stdout.stream,
    stderr: stderr.stream,
    clock: clockOf(now),
    language: terminalLanguage(env, platform),
    entry,
    signal: new AbortController().signal,
    onHangup: () => () => undefined,
  };
  const exitCode = await runCli(args, context);
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

function collector() {
  let text = '';
  const stream = new Writable({
    write: (chunk: Buffer | string, _encoding, done) => {
      text += chunk.toString();
      done();
    },
  });
  return { stream, text: () => text };
}
