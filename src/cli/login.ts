import type { Command } from 'commander';
import { formatDuration } from '../lib/duration.js';
import { appError, type AppError } from '../errors/app-error.js';
import { cliErrors } from '../errors/cli-errors.js';
import { renewalErrors } from '../errors/renewal-errors.js';
import type { Failure } from '../core/outcome.js';
import type { SignInKey } from '../core/sign-in.js';
import { maskKey, printable } from '../lib/redact.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import { confirm } from './confirm.js';
import { pickAccount } from '../app/pick-account.js';
import { examples, type SetExitCode } from './command-help.js';
import { showTime } from '../lib/show-time.js';
import type { AccountContext } from '../app/container.js';

interface LoginOptions {
  readonly timeout?: string;
  readonly yes?: boolean;
}

export function registerLogin(program: Command, context: ProcessContext, setExitCode: SetExitCode): void {
  program
    .command('login')
    .alias('headed')
    .argument('[account]', 'may be left out when there is only one')
    .description('sign in once in a visible browser; then verifies that headless works before it says done')
    .option('--timeout <duration>', 'how long to wait for you (setting login.timeout)')
    .option('-y, --yes', 'make the first key, if the account has none, without asking')
    .addHelpText('after', examples(['keyturn login work', 'keyturn headed work --timeout 20m']))
    .action(async (name: string | undefined, options: LoginOptions) => {
      await login(name, options, context, setExitCode);
    });
}

async function login(
  name: string | undefined,
  options: LoginOptions,
  context: ProcessContext,
  setExitCode: SetExitCode,
): Promise<void> {
  const home = homeOf(context);
  const config = await pickAccount(home, name, 'login');
  const { openAccountContext, openRunContext } = await import('../app/container.js');
  const { openProgress } = await import('./output/progress.js');
  const { acquireLock } = await import('../store/lock.js');
  const { nextRenewal, signIn } = await import('../core/sign-in.js');
  const flags =
    options.timeout === undefined ? [] : [{ key: 'login.timeout' as const, flag: '--timeout', text: options.timeout }];
  const progress = await openProgress(context, { quiet: false });
  const run = await openRunContext(context, { home, flags, say: (line) => progress.say(line) });
  const account = await openAccountContext(run, config);
  const timeoutMs = run.settings.login.timeoutMs;
  const say = (line: string) => void context.stderr.write(`${printable(line)}\n`);

  const lock = await acquireLock(account.paths.lock, {
    command: 'keyturn login',
    runId: run.runId,
    now: context.clock.now,
    signal: context.signal,
  });
  try {
    const result = await signIn(
      { runId: run.runId, lifetimeMs: account.profile.key.lifetimeMs, everyMs: account.profile.key.everyMs },
      {
        // A laptop may sleep for hours with the sign-in page open.
        store: account.keys,
        requireHeld: () => lock.requireHeld(),
        openConsole: account.openConsole,
        verify: account.verify,
        person: {
          deadlineAt: context.clock.now() + timeoutMs,
          signal: context.signal,
          onNeeded: (challenge) =>
            progress.say(
              `${config.name}: the browser is open at ${account.profile.title} and waits ${formatDuration(timeoutMs)} for you ` +
                (challenge.kind === 'login'
                  ? 'to sign in'
                  : `to clear the ${challenge.kind === 'captcha' ? 'CAPTCHA' : 'code prompt'}`),
            ),
          onCleared: () => progress.say(`${config.name}: signed in`),
        },
        mayCreateKey: async () => {
          progress.pause();
          try {
            if (options.yes) return true;
            if (context.stdin.isTTY !== true) return false;
            return await confirm(context, {
              what: 'The account has no API key yet. Make its first one now?',
              command: `keyturn login ${config.name}`,
              yes: false,
            });
          } finally {
            progress.resume();
          }
        },
        onStep: (method, step) => progress.step(config.name, method, step),
        history: account.history,
        log: account.log,
        now: context.clock.now,
        newId: () => crypto.randomUUID(),
        signal: context.signal,
      },
    );
    progress.close();
    if (result.kind === 'failed') throw await failureError(result.failure, account, timeoutMs);

    say(keyLine(result.key, config.name));
    const { openDelivery } = await import('../app/account-delivery.js');
    const { failure: undelivered } = await openDelivery(run, config, { siteTitle: account.profile.title }).deliver(
      'due',
    );
    const question = await account.questions.read();
    if (question && question.state !== 'resolved') await account.questions.write({ ...question, state: 'resolved' });
    if (!result.headless.survives) {
      throw appError(cliErrors.loginNotKept, {
        account: config.name,
        site: account.profile.title,
        detail: result.headless.failure.detail,
      });
    }
    say(`${config.name}: a second, headless browser found the login alive: unattended renewals will work`);
    const due = 'key' in result.key ? nextRenewal(result.key.key, context.clock.now()) : undefined;
    const isUnseen = result.key.kind === 'failed' && result.key.failure.kind === 'not-seen';
    if (isUnseen) say(`${config.name}: look at the console's key page, and delete a key there that nobody has`);
    say(
      due
        ? `next: keyturn refresh renews it from ${showTime(due)} on; run it every hour`
        : `next: keyturn refresh ${config.name}${isUnseen ? ' --force' : ''}`,
    );
    if (result.key.kind === 'failed' || undelivered) setExitCode(1);
  } finally {
    progress.close();
    await lock.release();
    await run.close();
  }
}

function keyLine(key: SignInKey, account: string): string {
  switch (key.kind) {
    case 'created':
    case 'adopted': {
      const how = key.kind === 'created' ? 'the first key was made' : "the console's key was taken over";
      const until = key.key.expiresAt ? `good until ${showTime(key.key.expiresAt)}` : 'its expiry is not shown';
      return `${account}: ${how}: ${maskKey(key.key.key)}, ${until}${key.verification.verdict === 'valid' ? ', verified against the service' : ` (not verified: ${key.verification.detail})`}`;
    }
    case 'known':
      return `${account}: the key is the one that keyturn has${key.key.expiresAt ? `, good until ${showTime(key.key.expiresAt)}` : ''}`;
    case 'none':
      return `${account}: the account has no key yet, and none was made`;
    case 'hidden':
      return (
        `${account}: the console has a key but shows only its mask${key.mask ? ` (${maskKey(key.mask)})` : ''}` +
        `${key.expiresAt ? `, good until ${showTime(key.expiresAt)}` : ''}; the next refresh resets it, which ends the old key at once`
      );
    case 'failed':
      return key.failure.kind === 'not-seen'
        ? `${account}: signed in; the console was asked for a key, and none was seen: ${key.failure.detail}`
        : `${account}: signed in, but no key was made: ${key.failure.detail}`;
  }
}

async function failureError(failure: Failure, context: AccountContext, timeoutMs: number): Promise<AppError> {
  const account = context.config.name;
  if (failure.kind === 'signed-out' || failure.kind === 'challenge') {
    return appError(cliErrors.loginTimedOut, { account, waited: formatDuration(timeoutMs), seen: failure.detail });
  }
  if (failure.kind === 'unreachable' && failure.browserGone) return appError(cliErrors.windowClosed, { account });
  const entry = {
    drift: renewalErrors.drift,
    'not-seen': renewalErrors.notSeen,
    refused: renewalErrors.refused,
    gone: renewalErrors.gone,
    unreachable: renewalErrors.unreachable,
  }[failure.kind];
  const hadSession = (await context.readCheckpoint()) !== undefined;
  return appError(entry, {
    account,
    site: context.profile.title,
    detail: failure.detail,
    keyState: hadSession ? 'The saved login and the key are as they were.' : 'Nothing was saved.',
  });
}
