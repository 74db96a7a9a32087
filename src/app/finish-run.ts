import type { ResultReport } from '../core/describe-result.js';
import type { KeyFacts, KeyRecord } from '../core/key-record.js';
import type { RenewalResult } from '../core/renewal-result.js';
import { resultNotice } from '../core/result-notice.js';
import { shouldNotify } from '../core/should-notify.js';
import { withTrouble } from '../delivery/delivery-notice.js';
import { AppError, orAppError, reasonText } from '../errors/app-error.js';
import { accountLine, progressTexts } from '../messages/progress.js';
import { readLastRun, writeLastRun, type LastRun } from '../store/last-run.js';
import type { DeliveryReport } from './account-delivery.js';
import type { AccountEnd, OneRun } from './one-run.js';

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
export async function finishRun(one: OneRun, { result, record, report }: RunEnd): Promise<AccountEnd> {
  const { run, account, delivery, options, startedAt } = one;
  const { context, log } = run;
  const { config, paths, warn } = account;
  const expiresAt = record.current?.expiresAt;
  const method = result && 'method' in result ? result.method : undefined;
  const delivered = await deliver(one, report, expiresAt);
  const end: AccountEnd = {
    account: config.name,
    outcome: report.outcome,
    headline: report.headline,
    method,
    expiresAt,
    failure: report.failure ?? delivered.failure,
  };
  const isAttended = options.personIsHere || context.stderr.isTTY === true;
  const leavesNoRecord =
    options.dryRun || (result?.kind === 'not-due' && !options.force) || result?.kind === 'still-waiting';
  if (leavesNoRecord) {
    await delivery.notify(delivered.ends, { isAttended, wasToldAlong: false });
    return end;
  }

  const orWarn = async <T>(recording: Promise<T>): Promise<T | undefined> => {
    const recorded = await orAppError(recording);
    if (!(recorded instanceof AppError)) return recorded;
    log.error({ account: config.name, err: recorded }, 'the record of the last run is out of reach');
    const line = accountLine(context.language, config.name, progressTexts.warning(reasonText(recorded)));
    run.say(run.redactor.text(line));
    return undefined;
  };
  const earlier = await orWarn(readLastRun(paths));
  const now = context.clock.now();
  const wasTold = await notify(one, { result, record, report }, { earlier, delivered, isAttended, now });
  await delivery.notify(delivered.ends, { isAttended, wasToldAlong: wasTold });
  const { failure } = report;
  const lastRun: LastRun = {
    version: 1,
    runId: run.runId,
    at: new Date(startedAt).toISOString(),
    endedAt: new Date(now).toISOString(),
    outcome: report.outcome,
    code: failure?.code,
    rung: method,
    message: failure?.message ?? report.headline.en,
    next: failure?.hint,
    failuresInARow: failure ? (earlier?.failuresInARow ?? 0) + 1 : 0,
    toldAt: wasTold ? new Date(now).toISOString() : failure ? earlier?.toldAt : undefined,
  };
  await orWarn(writeLastRun(paths, lastRun, warn));
  log.info({ account: config.name, outcome: report.outcome, code: failure?.code, rung: method }, report.headline.en);
  return end;
}

interface NotifyOptions {
  readonly earlier: LastRun | undefined;
  readonly delivered: DeliveryReport;
  readonly isAttended: boolean;
  readonly now: number;
}

/** @returns whether the notice was delivered */
async function notify(
  { run, account }: OneRun,
  { result, record, report }: RunEnd,
  { earlier, delivered, isAttended, now }: NotifyOptions,
): Promise<boolean> {
  const { settings, language, feishu, context } = run;
  const { config, profile } = account;
  const keyExpiresAt = record.current?.expiresAt;
  const rule = settings.notify;
  if (!feishu || !shouldNotify(result, report.outcome, { rule, isAttended, earlier, keyExpiresAt, now })) return false;
  const outcome = resultNotice(result, report, {
    account: config.name,
    siteTitle: profile.title,
    record,
    now,
    language,
    includeKey: settings.notify.includeKey,
  });
  const notice = withTrouble(outcome, delivered.ends, { account: config.name, language });
  const sent = await feishu.notifier.notify(notice);
  if (!sent.delivered)
    run.say(accountLine(context.language, config.name, progressTexts.messageNotDelivered(sent.problem)));
  return sent.delivered;
}

async function deliver(
  { delivery, options }: OneRun,
  report: ResultReport,
  expiresAt: string | undefined,
): Promise<DeliveryReport> {
  if (options.dryRun) {
    if (!report.failure) await delivery.dryRun(expiresAt);
    return { ends: [] };
  }
  const delivered = await delivery.deliver('due');
  const failure = report.failure ?? delivered.failure;
  if (!failure || report.outcome === 'waiting') return delivered;
  await delivery.hook('failed', {
    outcome: report.failure ? report.outcome : 'undelivered',
    errorCode: failure.code,
    errorMessage: failure.message,
    nextCommand: failure.hint,
    undelivered: delivered.ends.flatMap((each) => (each.failure && !each.isHook ? [each.name] : [])),
    expiresAt,
  });
  return delivered;
}
