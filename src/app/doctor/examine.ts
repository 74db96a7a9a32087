import { AppError, orAppError } from '../../lib/app-error.js';
import { findingTexts as texts } from '../../messages/doctor.js';
import { listAccounts } from '../../store/accounts.js';
import { loadSettings } from '../../store/settings.js';
import { namedAccounts } from '../pick-account.js';
import { homeOf, type ProcessContext } from '../process-context.js';
import { accountFindings, deliveryFindings } from './account-findings.js';
import { browserFindings, displayFinding, takeoverFindings } from './browser-findings.js';
import { feishuFindings, feishuSettingsFindings } from './feishu-findings.js';
import { note, problem, problemOf, warning, type CheckScope, type Finding, type PlacedFinding } from './finding.js';
import {
  diskFindings,
  permissionFindings,
  scheduleFindings,
  secretsFindings,
  settingsFindings,
} from './machine-findings.js';
import { probeFindings, sessionFindings, siteFindings, visitSite, type SiteVisit } from './online-findings.js';
import { browserTrustFindings, bundleFindings } from './trust-findings.js';
import { durationText, formatDuration } from '../../lib/duration.js';
import { oneLine, printable, redactText } from '../../lib/redact.js';
import { withDeadline } from '../../lib/with-deadline.js';
import { inEach } from '../../messages/text.js';
import pLimit from 'p-limit';

export interface ExamineOptions {
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
  const { offline, sends, timeoutMs } = options;
  const home = homeOf(context);
  const sources = { env: context.env, home };
  const loaded = await orAppError(loadSettings(sources));
  // The check `settings` reports invalid settings.
  const settings = loaded instanceof AppError ? undefined : loaded;
  const scope = (signal: AbortSignal): CheckScope => ({ context, timeoutMs, signal });
  const checks = [
    machine('settings', () => settingsFindings(sources)),
    machine('permissions', () => permissionFindings(home)),
    machine('secrets at rest', () => secretsFindings(home)),
    machine('disk', () => diskFindings(home)),
    machine('browser', (signal) => browserFindings(scope(signal), settings)),
    machine('display', async () => [await displayFinding(context, timeoutMs)]),
    machine('certificates', () => bundleFindings(context)),
    machine('schedule', () => scheduleFindings(context)),
  ];
  if (settings) {
    checks.push(machine('takeover', () => takeoverFindings(settings)));
    checks.push(feishu('feishu', () => feishuSettingsFindings(settings)));
    if (!offline) checks.push(feishu('feishu', (signal) => feishuFindings(scope(signal), settings, sends)));
  }
  checks.push(...(await accountChecks(home, context, scope, { ...options, offline: offline || !settings })));
  return runChecks(checks, { timeoutMs, signal: context.signal });
}

async function accountChecks(
  home: string,
  context: ProcessContext,
  scope: (signal: AbortSignal) => CheckScope,
  { names, offline }: ExamineOptions,
): Promise<readonly Check[]> {
  // Only a name that does not exist ends the whole doctor.
  const listed = await orAppError(listAccounts(home));
  if (listed instanceof AppError) return [machine('accounts', () => [problemOf('accounts', listed)])];
  const { accounts, broken } = await namedAccounts(home, names);
  if (accounts.length + broken.length === 0) {
    return [machine('accounts', () => [note('accounts', texts.noAccount, 'keyturn account add NAME')])];
  }
  return [
    ...broken.map(({ name, error }) => checksOf(name)('account', () => [problemOf('account', error)])),
    ...accounts.flatMap((account) => {
      const check = checksOf(account.name);
      let visit: Promise<SiteVisit> | undefined;
      const visited = (signal: AbortSignal) => (visit ??= visitSite(account, scope(signal)));
      const online = [
        check('site', async (signal) => siteFindings(await visited(signal), context.clock.now())),
        check('certificates', async (signal) => {
          const { answer, request } = await visited(signal);
          const isSeen = account.method !== 'http' && answer.kind === 'answered';
          return isSeen ? browserTrustFindings({ ...request, signal }, context) : [];
        }),
        // The check `site` reports a site that does not answer.
        check('session', async (signal) =>
          (await visited(signal)).answer.kind === 'answered' ? sessionFindings(account, scope(signal)) : [],
        ),
        check('service', (signal) => probeFindings(account, scope(signal))),
      ];
      return [
        check('account', () => accountFindings(home, account, context)),
        check('delivery', () => deliveryFindings(home, account, context)),
        ...(offline || !account.enabled ? [] : online),
      ];
    }),
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

/** `timeoutMs`: for each check. */
type Deadline = Pick<CheckScope, 'timeoutMs' | 'signal'>;

const atOnce = 8;

/** Checks may share work, such as a visit to the site. The first deadline then ends that work for all of them. */
const deadlinePassed = new Error('the deadline of the check');

/**
 * Returns all findings in the order of the checks, however long each check takes. Rejects with the signal's reason when
 * the person interrupts.
 */
export async function runChecks(checks: readonly Check[], options: Deadline): Promise<PlacedFinding[]> {
  const limit = pLimit(atOnce);
  const found = await limit.map(checks, async (check) => {
    const findings = await guarded(check, options);
    return findings.map((finding) => ({ ...redacted(finding), group: check.group }));
  });
  options.signal.throwIfAborted();
  // If several checks of a group fail for one reason, e.g. an invalid site profile, the reason is reported once.
  const reasonOf = ({ group, text, code }: PlacedFinding) => `${group} ${code ?? ''} ${text.en}`;
  return found
    .flat()
    .filter((each, index, all) => !each.code || all.findIndex((other) => reasonOf(other) === reasonOf(each)) === index);
}

async function guarded({ check, run }: Check, { timeoutMs, signal }: Deadline): Promise<readonly Finding[]> {
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
