import { describeChallenge } from '../core/challenge-names.js';
import { describeResult, type ResultReport } from '../core/describe-result.js';
import type { Method } from '../core/outcome.js';
import type { RenewalResult } from '../core/renewal-result.js';
import { runAccount } from '../core/run-account.js';
import { AppError } from '../errors/app-error.js';
import { redactError } from '../lib/redact-error.js';
import type { Redactor } from '../lib/redactor.js';
import { accountLine, progressTexts } from '../messages/progress.js';
import { resultTexts } from '../messages/results.js';
import { inEach, same, type Text } from '../messages/text.js';
import type { AccountConfig } from '../store/accounts.js';
import { acquireLock } from '../store/lock.js';
import { openDelivery } from './account-delivery.js';
import { ownerOf } from './ask-owner.js';
import { openAccountContext } from './container.js';
import type { AccountContext, RunContext } from './context.js';
import { finishRun } from './finish-run.js';
import type { AccountEnd, OneRun, RenewOneOptions } from './one-run.js';
import type { Progress } from './progress.js';

/**
 * Runs one account from start to notification. Never rejects: one account's failure does not stop the others.
 * 1. Open the account's files and its site profile.
 * 2. Renew, unless only the delivery is due.
 * 3. Put the result into words that hold no secret.
 * 4. Deliver the key, notify the owner, record the run.
 */
export async function renewOne(
  run: RunContext,
  config: AccountConfig,
  options: RenewOneOptions,
  progress: Progress,
): Promise<AccountEnd> {
  const startedAt = run.context.clock.now();
  let one: OneRun | undefined;
  try {
    const account = await openAccountContext(run, config, progress);
    const { dryRun, runHooks } = options;
    const targets = { siteTitle: account.profile.title, isDryRun: dryRun, runsHooks: runHooks };
    one = { run, account, delivery: openDelivery(run, account, targets), options, startedAt };
    const result = options.notDue ?? (await renew(one, progress));
    const record = result.record ?? (await account.readKeyFacts());
    const described = describeResult(result, {
      account: config.name,
      siteTitle: account.profile.title,
      record,
      now: run.context.clock.now(),
    });
    return await finishRun(one, { result, record, report: redactReport(described, run.redactor) });
  } catch (thrown) {
    const error = redactError(thrown, run.redactor);
    run.log.error({ account: config.name, err: error }, 'the run failed');
    const failure = error instanceof AppError ? error : undefined;
    const headline = failure?.texts.message ?? (error instanceof Error ? same(error.message) : resultTexts.failed);
    const end: AccountEnd = { account: config.name, outcome: 'failed', headline, failure: error };
    // Another run holds the account: its end is the one that counts.
    if (!one || run.context.signal.aborted || failure?.exitCode === 4) return end;
    const shown = failure?.texts.message ?? resultTexts.unforeseen;
    try {
      const record = await one.account.readKeyFacts();
      await finishRun(one, { record, report: { outcome: 'failed', headline: shown, failure } });
    } catch (inner) {
      run.log.error({ account: config.name, err: inner }, 'the failure could not be recorded');
    }
    return end;
  } finally {
    progress.done(config.name);
  }
}

/** From here on its text goes to the terminal, the notice, the record and the hook alike. */
function redactReport(report: ResultReport, redactor: Redactor): ResultReport {
  const { headline, failure } = report;
  return {
    ...report,
    headline: inEach((language) => redactor.text(headline[language])),
    ...(failure === undefined ? {} : { failure: redactError(failure, redactor) }),
  };
}

async function renew({ run, account, delivery, options }: OneRun, progress: Progress): Promise<RenewalResult> {
  const { context, runId } = run;
  const { config, profile, log } = account;
  const { now } = context.clock;
  const say = (text: Text) => progress.say(accountLine(context.language, config.name, text));
  const { force = false, dryRun = false, signIn, personIsHere, waitMs } = options;
  const runOptions = {
    runId,
    // A dry run is wanted whether or not the key is due.
    force: force || dryRun,
    dryRun,
    methods: methodsOf(config, options, account),
    signIn,
    lifetimeMs: profile.key.lifetimeMs,
    everyMs: profile.key.everyMs,
    personIsHere,
  };
  return runAccount(runOptions, {
    keys: account.keys,
    questions: account.questions,
    log,
    askAgainAfterMs: run.settings.handoff.askAgainAfterMs,
    lock: () =>
      acquireLock(account.paths.lock, {
        command: options.command,
        runId,
        waitMs: options.waitLockMs,
        now,
        signal: context.signal,
      }),
    ...ownerOf(run, account, { waitMs, progress }),
    renewal: {
      openConsole: account.openConsole,
      verify: account.verify,
      personAtBrowser: () => ({
        deadlineAt: now() + waitMs,
        signal: context.signal,
        onNeeded: (challenge) => say(progressTexts.browserWaits(describeChallenge(challenge))),
        onCleared: () => say(progressTexts.cleared),
      }),
      preflight: (reason, keys) => delivery.preflight(reason, keys),
      onClockSkew: (skewMs) => {
        const minutes = Math.round(Math.abs(skewMs) / 60_000);
        run.say(accountLine(context.language, config.name, progressTexts.clockSkew(minutes, skewMs > 0)));
      },
      onDue: async (expiresAt) => void (dryRun || (await delivery.hook('before', { expiresAt }))),
      onStep: (method, step) => progress.step(config.name, method, step),
      history: account.history,
      log,
      now,
      newId: () => crypto.randomUUID(),
      signal: context.signal,
    },
  });
}

function methodsOf(config: AccountConfig, options: RenewOneOptions, { profile }: AccountContext): readonly Method[] {
  if (options.headed) return ['headed'];
  const asked = options.method ?? 'auto';
  const method = asked === 'auto' ? config.method : asked;
  if (method === 'http') return ['http'];
  // A dry run tries the page that the next renewal may have to drive.
  if (method === 'browser' || options.dryRun || !profile.http) return ['headless'];
  return profile.page ? ['http', 'headless'] : ['http'];
}
