import { AppError, orAppError } from '../../lib/app-error.js';
import { findingTexts, findingTexts as texts } from '../../messages/doctor.js';
import { listAccounts, type AccountConfig } from '../../store/accounts.js';
import { loadSettings } from '../../store/settings.js';
import { namedAccounts } from '../pick-account.js';
import type { ProcessContext } from '../process-context.js';
import { accountFindings, deliveryFindings } from './account-findings.js';
import { browserFindings, displayFinding, takeoverFindings } from './browser-findings.js';
import { feishuFindings, feishuSettingsFindings } from './feishu-findings.js';
import { note, problemOf, type PlacedFinding, problem, warning, type Finding } from './finding.js';
import {
  diskFindings,
  permissionFindings,
  scheduleFindings,
  secretsFindings,
  settingsFindings,
} from './machine-findings.js';
import { probeFindings, sessionFindings, siteFindings, visitSite, type SiteVisit } from './online-findings.js';
import { durationText, formatDuration } from '../../lib/duration.js';
import { oneLine, printable, redactText } from '../../lib/redact.js';
import { withDeadline } from '../../lib/with-deadline.js';
import { inEach } from '../../messages/text.js';
import pLimit from 'p-limit';

export interface ExamineOptions {
  readonly home: string;
  /** Only these accounts; empty means all. */
  readonly names: readonly string[];
  readonly offline: boolean;
  readonly sends: boolean;
  /** For each check. */
  readonly timeoutMs: number;
}

const checksOf =
  (group: string) =>
  (check: string, run: Check['run']): Check => ({ group, check, run });
const machine = checksOf('machine');
const feishu = checksOf('feishu');

/** Runs all checks that a renewal depends on, concurrently. Changes nothing. Rejects for an unknown account. */
export async function examine(context: ProcessContext, options: ExamineOptions): Promise<readonly PlacedFinding[]> {
  const { home, offline, sends, timeoutMs } = options;
  const { env } = context;
  const loaded = await orAppError(loadSettings({ env, home }));
  // The check `settings` reports invalid settings.
  const settings = loaded instanceof AppError ? undefined : loaded;
  const startMs = Math.max(timeoutMs * 0.8, timeoutMs - 2000);
  const checks = [
    machine('settings', () => settingsFindings({ env, home })),
    machine('permissions', () => permissionFindings(home)),
    machine('secrets at rest', () => secretsFindings(home)),
    machine('disk', () => diskFindings(home)),
    machine('browser', (signal) => browserFindings({ context, settings, home, signal, timeoutMs: startMs })),
    machine('display', async () => [await displayFinding(context, timeoutMs)]),
    machine('schedule', () => scheduleFindings(context)),
    settings && machine('takeover', () => takeoverFindings(settings)),
    settings && feishu('feishu', () => feishuSettingsFindings(settings)),
    settings &&
      !offline &&
      feishu('feishu', (signal) => feishuFindings({ settings, context, home, sends, timeoutMs, signal })),
    ...(await accountChecks(context, { ...options, offline: offline || !settings })),
  ];
  return runChecks(
    checks.filter((check) => check !== undefined && check !== false),
    { timeoutMs, signal: context.signal },
  );
}

async function accountChecks(context: ProcessContext, options: ExamineOptions): Promise<readonly Check[]> {
  const { home, names } = options;
  // Only a name that does not exist ends the whole doctor.
  const listed = await orAppError(listAccounts(home));
  if (listed instanceof AppError) return [machine('accounts', () => [problemOf('accounts', listed)])];
  const { accounts, broken } = await namedAccounts(home, names);
  if (accounts.length + broken.length === 0) {
    return [machine('accounts', () => [note('accounts', findingTexts.noAccount, 'keyturn account add NAME')])];
  }
  return [
    ...broken.map(({ name, error }) => checksOf(name)('account', () => [problemOf('account', error)])),
    ...accounts.flatMap((account) => [
      checksOf(account.name)('account', () => accountFindings(home, account, context)),
      checksOf(account.name)('delivery', () => deliveryFindings(home, account, context)),
      ...(options.offline || !account.enabled ? [] : onlineChecks(account, context, options)),
    ]),
  ];
}

function onlineChecks(
  account: AccountConfig,
  context: ProcessContext,
  { home, timeoutMs }: ExamineOptions,
): readonly Check[] {
  const check = checksOf(account.name);
  const online = { account, context, home, timeoutMs };
  let visit: Promise<SiteVisit> | undefined;
  const visited = (signal: AbortSignal) => (visit ??= visitSite(online, signal));
  return [
    check('site', async (signal) => siteFindings(await visited(signal), account, context.clock.now())),
    // The check `site` reports a site that does not answer.
    check('session', async (signal) =>
      (await visited(signal)).answer.kind === 'answered' ? sessionFindings(online, signal) : [],
    ),
    check('service', (signal) => probeFindings(online, signal)),
  ];
}

/** One check. It changes nothing and is independent: if it fails or hangs, the others still report. */
export interface Check {
  readonly group: string;
  /** The name to report if the check fails or times out. */
  readonly check: string;
  /** The signal aborts at the check's deadline. The check must then drop its work in progress. */
  readonly run: (signal: AbortSignal) => Finding[] | Promise<Finding[]>;
}

export interface RunChecksOptions {
  /** For each check. */
  readonly timeoutMs: number;
  /** Aborts when the person interrupts. The promise then rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

const atOnce = 8;

/** Checks may share work, such as a visit to the site. The first deadline then ends that work for all of them. */
const deadlinePassed = new Error('the deadline of the check');

/** Returns all findings in the order of the checks, however long each check takes. */
export async function runChecks(checks: readonly Check[], options: RunChecksOptions): Promise<PlacedFinding[]> {
  const limit = pLimit(atOnce);
  const found = await Promise.all(
    checks.map((check) =>
      limit(async () => {
        const findings = await guarded(check, options);
        return findings.map((finding) => ({ ...redacted(finding), group: check.group }));
      }),
    ),
  );
  options.signal.throwIfAborted();
  // If several checks of a group fail for one reason, e.g. an invalid site profile, the reason is reported once.
  const keyOf = ({ group, text, code }: PlacedFinding) => (code === undefined ? undefined : group + code + text.en);
  return found.flat().filter((each, index, all) => {
    const key = keyOf(each);
    return key === undefined || all.findIndex((other) => keyOf(other) === key) === index;
  });
}

async function guarded({ check, run }: Check, { timeoutMs, signal }: RunChecksOptions): Promise<readonly Finding[]> {
  const deadline = new AbortController();
  const either = AbortSignal.any([deadline.signal, signal]);
  const next = `keyturn doctor --timeout ${formatDuration(Math.max(60_000, timeoutMs * 3)).replace(' ', '')}`;
  const late = [warning(check, texts.late(durationText(timeoutMs)), next)];
  try {
    const end = () => {
      deadline.abort(deadlinePassed);
      return late;
    };
    return await withDeadline(Promise.resolve(run(either)), timeoutMs, end, signal);
  } catch (error) {
    if (either.aborted || error === deadlinePassed) return late;
    if (error instanceof AppError) return [problemOf(check, error)];
    const said = error instanceof Error ? error.message : String(error);
    return [problem(check, texts.bug(said.split('\n')[0]?.slice(0, 200) ?? ''), texts.reportBug, 'KT001')];
  }
}

/** Removes secrets and control characters, because a finding may quote text from outside. */
function redacted({ text, next, ...finding }: Finding): Finding {
  return {
    ...finding,
    text: inEach((language) => oneLine(redactText(text[language]))),
    next: next && inEach((language) => printable(redactText(next[language]))),
  };
}
