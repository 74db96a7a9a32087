import { failureErrors } from '../core/describe-result.js';
import { isDue } from '../core/is-due.js';
import type { Failure } from '../core/outcome.js';
import { isOpenUnforced, resolved } from '../core/question.js';
import type { SignInKey } from '../core/sign-in.js';
import { appError, type AppError } from '../lib/app-error.js';
import { cliErrors } from './cli-errors.js';
import { cliErrorTexts } from '../messages/cli-errors.js';
import { keyStateTexts } from '../messages/failures.js';
import type { Text } from '../messages/text.js';
import { durationText } from '../lib/duration.js';
import { openDelivery } from './account-delivery.js';
import { openAccountContext, type AccountContext } from './container.js';
import { openRunContext } from './run-context.js';
import { signInInWorker } from './start-worker.js';
import { pickAccount } from './pick-account.js';
import { homeOf, type ProcessContext } from './process-context.js';

export interface LoginOptions {
  /** Absent: the only account. */
  readonly name?: string;
  /** The flag's text, in place of the setting `login.timeout`. */
  readonly timeout?: string;
  /** Keeps a Playwright trace of each browser. */
  readonly trace?: boolean;
  /** Whether to make the account's first key; called only when the console has none. */
  readonly mayCreateKey: (account: string) => Promise<boolean>;
  /** Called as soon as the key is known, before it is delivered. */
  readonly onKey: (account: string, key: SignInKey) => void;
}

/**
 * The first sign-in:
 * 1. under the account's lock, wait for the person in the visible browser, and take over or make the key;
 * 2. deliver the key;
 * 3. resolve an open question;
 * 4. reject when a second, headless browser did not find the login alive.
 */
export async function login(context: ProcessContext, options: LoginOptions) {
  const config = await pickAccount(homeOf(context), options.name, 'login');
  const { name } = config;
  const flag = { key: 'login.timeout' as const, flag: '--timeout', text: options.timeout };
  const run = await openRunContext(context, { flag, trace: options.trace });
  const account = await openAccountContext(run, config);
  const { profile } = account;
  const { timeoutMs } = run.settings.login;
  const { now } = context.clock;

  const lock = await account.lock('keyturn login');
  try {
    const mayCreateKey = () => options.mayCreateKey(name);
    const result = await signInInWorker(run, account, { lock, waitMs: timeoutMs, mayCreateKey });
    if (result.kind === 'failed') throw failureError(account, result.failure, timeoutMs);

    const { key, headless } = result;
    options.onKey(name, key);
    const delivered = await openDelivery(run, account, { siteTitle: profile.title }).deliver('due');
    const question = await account.questions.read();
    if (isOpenUnforced(question)) await account.questions.write(resolved(question));
    if (!headless.survives) {
      const { detail } = headless.failure;
      throw appError(cliErrors.loginNotKept, { account: name, site: profile.title, detail });
    }
    return {
      account: name,
      key,
      isDelivered: delivered.failure === undefined,
      /** ISO 8601; undefined when the key is due or there is none. */
      nextRenewalAt: 'key' in key ? isDue({ current: key.key }, now()).dueAt : undefined,
    };
  } finally {
    await lock.release();
    await run.close();
  }
}

function failureError({ config, profile }: AccountContext, failure: Failure, timeoutMs: number): AppError {
  const { kind, detail } = failure;
  const account = config.name;
  const unfinished = (why: Text) => appError(cliErrors.loginUnfinished, { account, why });
  if (kind === 'signed-out' || kind === 'challenge') {
    return unfinished(cliErrorTexts.timedOut(durationText(timeoutMs), detail));
  }
  if (kind === 'unreachable' && failure.browserGone) return unfinished(cliErrorTexts.windowClosed);
  const keyState = keyStateTexts.loginKept;
  return appError(failureErrors[kind], { account, site: profile.title, detail, keyState });
}
