import { describeResult, type ResultReport } from '../core/describe-result.js';
import type { KeyFacts, KeyRecord } from '../core/key-record.js';
import type { IsoTime, Method } from '../core/outcome.js';
import type { RenewalResult } from '../core/renewal-result.js';
import { expiryNotice, resultNotice } from '../core/result-notice.js';
import { runAccount } from '../core/run-account.js';
import { shouldNotify } from '../core/should-notify.js';
import { withTrouble } from '../delivery/delivery-notice.js';
import { AppError, orAppError } from '../lib/app-error.js';
import { redactError } from '../lib/redact-error.js';
import type { Redactor } from '../lib/redactor.js';
import { failureTexts } from '../messages/failures.js';
import { progressTexts } from '../messages/progress.js';
import { resultTexts } from '../messages/results.js';
import { inEach, same, type Text } from '../messages/text.js';
import type { AccountConfig } from '../store/accounts.js';
import { readCheckpointFacts } from '../store/checkpoints.js';
import { hasIntent } from '../store/key-records.js';
import { readLastRun, writeLastRun } from '../store/last-run.js';
import { openDelivery, type AccountDelivery } from './account-delivery.js';
import { ownerOf } from './ask-owner.js';
import { openAccountContext, type AccountContext } from './container.js';
import { hearLateReply } from './late-reply.js';
import type { RunContext } from './run-context.js';
import { attemptInWorker } from './start-worker.js';
import { warningTexts } from '../messages/warnings.js';

export interface RenewOneOptions {
  /** The command line's verb, for those who find the account locked. */
  readonly command: string;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly method?: 'auto' | 'http' | 'browser';
  readonly headed?: boolean;
  /** Reads the console although the key is not due, to renew the session. */
  readonly signIn?: boolean;
  /** How long to wait for the owner, the visible browser included. */
  readonly waitMs: number;
  /** The person is at this machine, and has said ready by starting the command. */
  readonly personIsHere: boolean;
  /** The account waits for its owner from now on. */
  readonly onAsks?: () => void;
  readonly waitLockMs?: number;
  /** What an earlier check found: the key is not due, and only its delivery is. */
  readonly notDue?: RenewalResult & { readonly kind: 'not-due' };
  /** Runs the hooks of a dry run too, with KEYTURN_DRY_RUN=1. */
  readonly runHooks?: boolean;
}

/** How one account's run ended, in the words of `--json`. */
export interface AccountEnd {
  readonly account: string;
  readonly outcome: string;
  readonly headline: Text;
  readonly method?: Method;
  readonly expiresAt?: IsoTime;
  readonly failure?: unknown;
  /** What a run that does nothing has to say all the same. */
  readonly warning?: Text;
}

interface OneRun {
  readonly run: RunContext;
  readonly account: AccountContext;
  readonly delivery: AccountDelivery;
  readonly options: RenewOneOptions;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

/**
 * Runs one account from start to notification. Never rejects: one account's failure does not stop the others.
 * 1. Open the account's files and its site profile.
 * 2. Renew, unless only the delivery is due.
 * 3. Put the result into words that hold no secret.
 * 4. Deliver the key, notify the owner, record the run.
 */
export async function renewOne(run: RunContext, config: AccountConfig, options: RenewOneOptions): Promise<AccountEnd> {
  const startedAt = run.context.clock.now();
  let one: OneRun | undefined;
  try {
    const account = await openAccountContext(run, config);
    const { dryRun, runHooks } = options;
    const targets = { siteTitle: account.profile.title, isDryRun: dryRun, runsHooks: runHooks };
    one = { run, account, delivery: openDelivery(run, account, targets), options, startedAt };
    const result = options.notDue ?? (await renew(one));
    const record = result.record ?? (await account.readKeyFacts());
    const about = { account: config.name, siteTitle: account.profile.title, record, now: run.context.clock.now() };
    const described = describeResult(result, about);
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
  }
}

/** From here on its text goes to the terminal, the notice, the record and the hook alike. */
function redactReport({ outcome, headline, failure }: ResultReport, redactor: Redactor): ResultReport {
  const redacted = inEach((language) => redactor.text(headline[language]));
  return { outcome, headline: redacted, failure: failure && redactError(failure, redactor) };
}

/** Nobody has signed in to the account, imported cookies or had a key from it. */
async function isNew({ paths, readKeyFacts }: AccountContext): Promise<boolean> {
  if ((await readKeyFacts()).current || (await hasIntent(paths))) return false;
  return (await readCheckpointFacts(paths)) === undefined;
}

async function renew({ run, account, delivery, options }: OneRun): Promise<RenewalResult> {
  // A browser would find that out, too, and its question would puzzle the owner.
  if (!options.headed && (await isNew(account))) {
    const failure = { kind: 'signed-out', detail: failureTexts.neverSignedIn } as const;
    return { kind: 'failed', failure, rotationUnsettled: false };
  }
  const { signal, clock } = run.context;
  const { config, profile, keys, questions, log, openConsole, verify, history } = account;
  const { now } = clock;
  const { force = false, dryRun = false, signIn, personIsHere, waitMs, onAsks } = options;
  const { lifetimeMs, everyMs } = profile.key;
  const methods = methodsOf(config, options, account);
  // A dry run is wanted whether or not the key is due.
  const ordered = { force: force || dryRun, dryRun, methods, signIn, personIsHere };
  const how = { runId: run.runId, lifetimeMs, everyMs, ...ordered };
  return runAccount(how, {
    questions,
    hearLateReply: () => hearLateReply(run, account),
    askAgainAfterMs: run.settings.handoff.askAgainAfterMs,
    lock: (waits) => account.lock(options.command, options.waitLockMs ?? (waits ? waitMs : undefined)),
    ...ownerOf(run, account, { waitMs, force: options.force, onAsks }),
    attempt: (lock) => attemptInWorker(run, account, { lock, waitMs }),
    renewal: {
      store: keys,
      openConsole,
      verify,
      preflight: delivery.preflight,
      onClockSkew: (skewMs) => account.say(progressTexts.clockSkew(skewMs)),
      onUnreadExpiry: account.warnOfExpiry,
      onDue: async (expiresAt) => void (dryRun || (await delivery.before(expiresAt))),
      onStep: account.onStep,
      history,
      log,
      now,
      signal,
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

interface RunEnd {
  /** Absent when the run failed without one. */
  readonly result?: RenewalResult;
  /** After the run. */
  readonly record: KeyRecord | KeyFacts;
  readonly report: ResultReport;
}

/**
 * After a run; a new key is on disk by now:
 * 1. deliver the key, or print what a dry run would deliver;
 * 2. notify the owner, of the run and of the delivery together;
 * 3. record the run. A dry run and a run that was not due say nothing about how renewals go: they leave no record.
 */
async function finishRun(one: OneRun, { result, record, report }: RunEnd): Promise<AccountEnd> {
  const { run, account, delivery, options, startedAt } = one;
  const { context, log, settings, language } = run;
  const { paths, warn } = account;
  const { name } = account.config;
  const { outcome, headline, failure } = report;
  const expiresAt = record.current?.expiresAt;
  const method = result && 'method' in result ? result.method : undefined;
  const delivered = await deliver(one, report, expiresAt);
  const end = { account: name, outcome, headline, method, expiresAt, failure: failure ?? delivered.failure };
  const isAttended = options.personIsHere || context.stderr.isTTY === true;
  if (options.dryRun || (result?.kind === 'not-due' && !options.force) || result?.kind === 'still-waiting') {
    await delivery.notify(delivered.ends, { isAttended, wasToldAlong: false });
    return end;
  }

  const orWarn = async <T>(recording: Promise<T>) => {
    const recorded = await orAppError(recording);
    if (!(recorded instanceof AppError)) return recorded;
    warn(warningTexts.noLastRun(recorded.texts.message));
    return undefined;
  };
  const earlier = await orWarn(readLastRun(paths));
  const now = context.clock.now();
  const rule = settings.notify;
  const about = { account: name, siteTitle: account.profile.title, language };
  let wasTold = false;
  if (run.feishu && shouldNotify(result, outcome, { rule, isAttended, earlier, keyExpiresAt: expiresAt, now })) {
    const notice = resultNotice(result, report, { ...about, record, now, includeKey: rule.includeKey });
    wasTold = await run.notify(withTrouble(notice, delivered.ends, { account: name, language }));
  }
  await delivery.notify(delivered.ends, { isAttended, wasToldAlong: wasTold });
  const { unreadExpiry } = record.current ?? {};
  const isNewExpiry = unreadExpiry !== undefined && unreadExpiry !== earlier?.toldExpiry && rule.failure && !isAttended;
  const isExpiryTold = isNewExpiry && (await run.notify(expiryNotice(unreadExpiry, about)));
  const endedAt = new Date(now).toISOString();
  const lastRun = {
    version: 1 as const,
    runId: run.runId,
    at: new Date(startedAt).toISOString(),
    endedAt,
    outcome,
    code: failure?.code,
    rung: method,
    message: failure?.texts.message ?? headline,
    next: failure?.hint,
    failuresInARow: failure ? (earlier?.failuresInARow ?? 0) + 1 : 0,
    toldAt: wasTold ? endedAt : failure && earlier?.toldAt,
    toldExpiry: isExpiryTold ? unreadExpiry : earlier?.toldExpiry,
  };
  await orWarn(writeLastRun(paths, lastRun, warn));
  log.info({ account: name, outcome, code: failure?.code, rung: method }, headline.en);
  return end;
}

async function deliver({ delivery, options }: OneRun, report: ResultReport, expiresAt?: IsoTime) {
  if (options.dryRun) {
    if (!report.failure) await delivery.dryRun(expiresAt);
    return { ends: [] };
  }
  const delivered = await delivery.deliver('due');
  const failure = report.failure ?? delivered.failure;
  if (!failure || report.outcome === 'waiting') return delivered;
  await delivery.failed(failure, { ends: delivered.ends, expiresAt }, report.failure && report.outcome);
  return delivered;
}
