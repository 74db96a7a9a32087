import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { expiredAt } from '../core/key-record.js';
import { appError } from '../errors/app-error.js';
import { cliErrors } from '../errors/cli-errors.js';
import { settingsErrors } from '../errors/settings-errors.js';
import { showTime } from '../lib/show-time.js';
import { pickAccount, requireKey } from './pick-account.js';
import { homeOf, type ProcessContext } from './process-context.js';

export interface RunWithKeyOptions {
  /** Absent: the only account. */
  readonly account?: string;
  readonly program: readonly [string, ...string[]];
  /** The environment variable that holds the key. Absent: the one that the site profile names. */
  readonly variable?: string;
}

/**
 * Runs a program in the foreground with the account's key in its environment. Resolves with the program's exit code, or
 * with 128 plus the number of the signal that ended it. Rejects when the account has no key or an expired one.
 */
export async function runWithKey(context: ProcessContext, options: RunWithKeyOptions): Promise<number> {
  const home = homeOf(context);
  const { name: account, site } = await pickAccount(home, options.account, 'exec');
  const variable = options.variable ?? (await variableOf(site));
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) {
    throw appError(settingsErrors.usage, {
      message: `"${variable}" cannot be the name of an environment variable.`,
      command: 'keyturn exec',
    });
  }
  const current = await requireKey(home, account);
  const expired = expiredAt(current, context.clock.now());
  if (expired !== undefined) throw appError(cliErrors.expiredKey, { account, expiredAt: showTime(expired) });
  return runProgram(options.program, { ...context.env, [variable]: current.key });
}

async function variableOf(site: string): Promise<string> {
  const { loadSiteProfile } = await import('../site/load-profile.js');
  return (await loadSiteProfile(site)).key.env ?? 'API_KEY';
}

/** Gives the program this process's terminal and passes signals on to it. */
function runProgram(argv: readonly [string, ...string[]], env: NodeJS.ProcessEnv): Promise<number> {
  const [file, ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'inherit', env });
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;
    const pass = (signal: NodeJS.Signals) => void child.kill(signal);
    // A terminal sends Ctrl-C to the whole foreground group; passing it on would interrupt the program twice.
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
