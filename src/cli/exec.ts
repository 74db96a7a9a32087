import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Command } from 'commander';
import { appError } from '../errors/app-error.js';
import { cliErrors } from '../errors/cli-errors.js';
import { settingsErrors } from '../errors/settings-errors.js';
import { accountPaths } from '../store/home.js';
import { readKeyRecord } from '../store/key-records.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import { pickAccount } from '../app/pick-account.js';
import { examples, type SetExitCode } from './command-help.js';
import { showTime } from '../lib/show-time.js';

export function registerExec(program: Command, context: ProcessContext, setExitCode: SetExitCode): void {
  program
    .command('exec')
    .usage('[options] [account] -- <command> [args...]')
    .argument(
      '[words...]',
      'the account (may be left out when there is only one), then --, then the program and its arguments',
    )
    .description('run a program with the current key in its environment')
    .option('--env <NAME>', "the variable's name (default: what the site profile says)")
    .passThroughOptions(false)
    .addHelpText(
      'after',
      examples(['keyturn exec work -- my-agent --serve', 'keyturn exec work --env OPENAI_API_KEY -- python bot.py']),
    )
    .action(async (words: string[], options: { env?: string }, command: Command) => {
      const { account: name, program: argv } = splitAtDashes(words, command);
      const home = homeOf(context);
      const account = await pickAccount(home, name, 'exec');
      const variable = options.env ?? (await variableOf(account.site));
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) {
        throw appError(settingsErrors.usage, {
          message: `"${variable}" cannot be the name of an environment variable.`,
          command: 'keyturn exec',
        });
      }
      const { current } = await readKeyRecord(accountPaths(home, account.name));
      if (!current) throw appError(cliErrors.noKey, { account: account.name });
      if (current.expiresAt !== undefined && Date.parse(current.expiresAt) <= context.clock.now()) {
        throw appError(cliErrors.expiredKey, { account: account.name, expiredAt: showTime(current.expiresAt) });
      }
      setExitCode(await runProgram(argv, { ...context.env, [variable]: current.key }));
    });
}

/** commander drops the `--`; the raw arguments say where it stood. */
function splitAtDashes(
  words: readonly string[],
  command: Command,
): { account?: string; program: readonly [string, ...string[]] } {
  const raw = (command.parent as Command & { rawArgs: string[] }).rawArgs;
  const dashes = raw.indexOf('--');
  const after = dashes < 0 ? [] : raw.slice(dashes + 1);
  const before = words.slice(0, words.length - after.length);
  const [first, ...rest] = after;
  if (first === undefined || before.length > 1) {
    throw appError(settingsErrors.usage, {
      message: 'The program to run comes after --, as in: keyturn exec work -- my-agent',
      command: 'keyturn exec',
    });
  }
  return { account: before[0], program: [first, ...rest] };
}

async function variableOf(site: string): Promise<string> {
  const { loadSiteProfile } = await import('../site/load-profile.js');
  return (await loadSiteProfile(site)).key.env ?? 'API_KEY';
}

/** Runs it in the foreground with our terminal, passes signals on, and ends as it ended. */
function runProgram(argv: readonly [string, ...string[]], env: NodeJS.ProcessEnv): Promise<number> {
  const [file, ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'inherit', env });
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;
    const pass = (signal: NodeJS.Signals) => void child.kill(signal);
    // A Ctrl-C reaches the whole foreground group by itself; passing it on as well would hit the program twice.
    const handler = (signal: NodeJS.Signals) => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : pass(signal));
    for (const signal of signals) process.on(signal, handler);
    const done = () => {
      for (const signal of signals) process.off(signal, handler);
    };
    child.once('error', (error: NodeJS.ErrnoException) => {
      done();
      const reason = error.code === 'ENOENT' ? 'there is no such program' : (error.code ?? 'unknown error');
      reject(appError(cliErrors.commandNotStarted, { command: file, reason }, { cause: error }));
    });
    child.once('close', (code, signal) => {
      done();
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 1));
    });
  });
}
