import type { AppError } from '../errors/app-error.js';
import { redactError } from '../lib/redact-error.js';
import type { Redactor } from '../lib/redactor.js';
import { describeChallenge, pageOf } from '../core/challenge-names.js';
import { describeResult, type ResultReport } from '../core/describe-result.js';
import type { IsoTime, Method } from '../core/outcome.js';
import type { RenewalResult } from '../core/renewal-result.js';
import { withTrouble } from '../delivery/tell-delivery.js';
import { resultNotice } from '../core/result-notice.js';
import { runAccount } from '../core/run-account.js';
import { shouldTell } from '../core/should-tell.js';
import { AppError as KnownError } from '../errors/app-error.js';
import type { AccountConfig } from '../store/accounts.js';
import { readLastRun, writeLastRun, type LastRun } from '../store/last-run.js';
import { acquireLock } from '../store/lock.js';
import { ownerOf } from './ask-owner.js';
import { openDelivery, type AccountDelivery, type DeliveryReport } from './account-delivery.js';
import type { Progress } from '../cli/output/progress.js';
import { showTime } from '../lib/show-time.js';
import { openAccountContext, type AccountContext, type RunContext } from './container.js';

export interface RenewOneOptions {
  readonly command: string;
  readonly force: boolean;
  readonly dryRun: boolean;
  readonly method?: 'auto' | 'http' | 'browser';
  readonly headed: boolean;
  /** For the session's sake: the console is read although the key is not due. */
  readonly signIn?: boolean;
  /** How long to wait for the owner, the visible browser included. */
  readonly waitMs: number;
  /** The person sits here and has said ready by starting the command. */
  readonly personIsHere: boolean;
  readonly waitLockMs?: number;
  /** Run the hooks of a dry run too, with KEYTURN_DRY_RUN=1. */
  readonly runHooks?: boolean;
}

/** One account's end, ready to be printed. */
export interface AccountEnd {
  readonly account: string;
  readonly outcome: string;
  readonly headline: string;
  readonly rung?: Method;
  readonly expiresAt?: IsoTime;
  /** An expected failure, or what nobody foresaw. */
  readonly failure?: unknown;
}

/** Runs one account from start to message. Never rejects: one account's trouble is not the others'. */
export async function renewOne(
  run: RunContext,
  config: AccountConfig,
  options: RenewOneOptions,
  progress: Progress,
): Promise<AccountEnd> {
  const startedAt = run.context.clock.now();
  let account: AccountContext | undefined;
  let delivery: AccountDelivery | undefined;
  try {
    account = await openAccountContext(run, config);
    const { dryRun, runHooks } = options;
    delivery = openDelivery(run, config, {
      siteTitle: account.profile.title,
      isDryRun: dryRun,
      runsHooks: runHooks,
    });
    const result = await runBench(run, account, options, progress, delivery);
    const described = describeResult(result, {
      account: config.name,
      siteTitle: account.profile.title,
      record: await account.readKeyFacts(),
      now: run.context.clock.now(),
      showTime,
    });
    const report = redactReport(described, run.redactor);
    return await finish(run, account, { result, report, startedAt, options, delivery });
  } catch (thrown) {
    const error = redactError(thrown, run.redactor);
    run.log.error({ account: config.name, err: error }, 'the run failed');
    const failure = error instanceof KnownError ? error : undefined;
    // Another run holds the account: its end will be the one that counts.
    if (!account || !delivery || run.context.signal.aborted || failure?.exitCode === 4)
      return endOf(config.name, error);
    const report: ResultReport = { outcome: 'failed', headline: failure?.message ?? 'an unforeseen error', failure };
    await finish(run, account, { report, startedAt, options, delivery }).catch((inner: unknown) => {
      run.log.error({ account: config.name, err: inner }, 'the failure could not be recorded');
    });
    return endOf(config.name, error);
  } finally {
    progress.done(config.name);
  }
}

/** From here on its words go to the terminal, the message, the record and the hook alike. */
function redactReport(report: ResultReport, redactor: Redactor): ResultReport {
  const { headline, failure } = report;
  return {
    ...report,
    headline: redactor.text(headline),
    ...(failure === undefined ? {} : { failure: redactError(failure, redactor) }),
  };
}

function endOf(account: string, failure: unknown): AccountEnd {
  return { account, outcome: 'failed', headline: failure instanceof Error ? failure.message : 'failed', failure };
}

async function runBench(
  run: RunContext,
  account: AccountContext,
  options: RenewOneOptions,
  progress: Progress,
  delivery: AccountDelivery,
): Promise<RenewalResult> {
  const { context, runId } = run;
  const { config, log } = account;
  const owner = ownerOf(run, account, { waitMs: options.waitMs, progress });
  return runAccount(
    {
      runId,
      // A dry run is wanted whether or not the key is due.
      force: options.force || options.dryRun,
      dryRun: options.dryRun,
      methods: methodsOf(config, options, account),
      signIn: options.signIn,
      lifetimeMs: account.profile.key.lifetimeMs,
      everyMs: account.profile.key.everyMs,
      personIsHere: options.personIsHere,
    },
    {
      keys: account.keys,
      questions: account.questions,
      log,
      askAgainAfterMs: run.settings.handoff.askAgainAfterMs,
      lock: () =>
        acquireLock(account.paths.lock, {
          command: options.command,
          runId,
          waitMs: options.waitLockMs,
          now: context.clock.now,
          signal: context.signal,
        }),
      ask: owner.ask,
      askCode: owner.askCode,
      renewal: {
        openConsole: (method) => account.openConsole(method),
        verify: (key) => account.verify(key),
        personAtBrowser: () => ({
          deadlineAt: context.clock.now() + options.waitMs,
          signal: context.signal,
          onNeeded: (challenge) =>
            progress.say(
              `${config.name}: the browser is open and waits for you: ${describeChallenge({ ...challenge, page: pageOf(challenge) }, 'en')}`,
            ),
          onCleared: () => progress.say(`${config.name}: cleared; going on by itself`),
        }),
        preflight: (reason) => delivery.preflight(reason),
        onClockSkew: (skewMs) => {
          const minutes = Math.round(Math.abs(skewMs) / 60_000);
          const side = skewMs > 0 ? 'ahead of' : 'behind';
          run.say(`${config.name}: warning: this machine's clock is ${minutes} min ${side} the site's; set it right`);
        },
        onDue: async () => void (options.dryRun || (await delivery.hook('before'))),
        onStep: (method, step) => progress.step(config.name, method, step),
        history: account.history,
        log,
        now: context.clock.now,
        newId: () => crypto.randomUUID(),
        signal: context.signal,
      },
    },
  );
}

function methodsOf(config: AccountConfig, options: RenewOneOptions, account: AccountContext): readonly Method[] {
  if (options.headed) return ['headed'];
  const asked = options.method ?? 'auto';
  const method = asked === 'auto' ? config.method : asked;
  if (method === 'http') return ['http'];
  // A dry run is about the page that the next renewal may have to drive.
  if (method === 'browser' || options.dryRun || !account.profile.http) return ['headless'];
  return account.profile.page ? ['http', 'headless'] : ['http'];
}

interface Finish {
  readonly result?: RenewalResult;
  readonly report: ResultReport;
  readonly startedAt: number;
  readonly options: RenewOneOptions;
  readonly delivery: AccountDelivery;
}

async function finish(
  run: RunContext,
  account: AccountContext,
  { result, report, startedAt, options, delivery }: Finish,
): Promise<AccountEnd> {
  const { context, settings, log, runId, language } = run;
  const { config, paths } = account;
  const record = await account.readKeyFacts();
  const method = result && 'method' in result ? result.method : undefined;
  let end: AccountEnd = {
    account: config.name,
    outcome: report.outcome,
    headline: report.headline,
    rung: method,
    expiresAt: record.current?.expiresAt,
    failure: report.failure,
  };
  const delivered = await settleDelivery(delivery, end, report, options);
  end = { ...end, failure: report.failure ?? delivered.failure };
  const isAttended = options.personIsHere || context.stderr.isTTY === true;
  const tellDelivery = (wasToldAlong: boolean) => delivery.tell(delivered.ends, { isAttended, wasToldAlong });
  // A dry run and a run that was not due say nothing about how renewals go.
  if (options.dryRun || (result?.kind === 'not-due' && !options.force) || result?.kind === 'still-waiting') {
    await tellDelivery(false);
    return end;
  }

  const warn = (message: string) => run.say(`${config.name}: warning: ${run.redactor.text(message)}`);
  /** How the run ended is known without the record of it, and a new key is on disk by now. */
  const orWarn = async <T>(recording: Promise<T>): Promise<T | undefined> => {
    try {
      return await recording;
    } catch (error) {
      if (!(error instanceof KnownError)) throw error;
      log.error({ account: config.name, err: error }, 'the record of the last run is out of reach');
      warn(`${error.message} [${error.code}]`);
      return undefined;
    }
  };
  const earlier = await orWarn(readLastRun(paths));
  const now = context.clock.now();
  const tell =
    run.feishu !== undefined &&
    shouldTell(result, report.outcome, {
      rule: settings.notify,
      isAttended,
      earlier,
      keyExpiresAt: record.current?.expiresAt,
      now,
    });
  let toldAt = report.failure ? earlier?.toldAt : undefined;
  let wasTold = false;
  if (tell && run.feishu) {
    const outcome = resultNotice(result, report, {
      account: config.name,
      siteTitle: account.profile.title,
      record,
      now,
      showTime,
      language,
      includeKey: settings.notify.includeKey,
    });
    const told = await run.feishu.notifier.tell(
      withTrouble(outcome, delivered.ends, { account: config.name, language }),
    );
    wasTold = told.delivered;
    if (told.delivered) toldAt = new Date(now).toISOString();
    else warn(`the message to you was not delivered: ${told.problem ?? 'unknown reason'}`);
  }
  await tellDelivery(wasTold);
  const failure: AppError | undefined = report.failure;
  const lastRun: LastRun = {
    version: 1,
    runId,
    at: new Date(startedAt).toISOString(),
    endedAt: new Date(now).toISOString(),
    outcome: report.outcome,
    code: failure?.code,
    rung: method,
    message: failure?.message ?? report.headline,
    next: failure?.hint,
    failuresInARow: failure ? (earlier?.failuresInARow ?? 0) + 1 : 0,
    toldAt,
  };
  await orWarn(writeLastRun(paths, lastRun, warn));
  log.info({ account: config.name, outcome: report.outcome, code: failure?.code, rung: method }, report.headline);
  return end;
}

/** The current key to its consumers, and the hooks of how the run ended. */
async function settleDelivery(
  delivery: AccountDelivery,
  end: AccountEnd,
  report: ResultReport,
  options: RenewOneOptions,
): Promise<DeliveryReport> {
  if (options.dryRun) {
    if (!report.failure) await delivery.dryRun();
    return { ends: [] };
  }
  const delivered = await delivery.deliver('due');
  const failure = report.failure ?? delivered.failure;
  if (!failure || report.outcome === 'waiting') return delivered;
  await delivery.hook('failed', {
    outcome: report.failure ? end.outcome : 'undelivered',
    errorCode: failure.code,
    errorMessage: failure.message,
    nextCommand: failure.hint,
    undelivered: delivered.ends.flatMap((each) => (each.failure && !each.isHook ? [each.name] : [])),
  });
  return delivered;
}
