import { AppError, orAppError } from '../../errors/app-error.js';
import { listAccounts, type AccountConfig } from '../../store/accounts.js';
import { envFilePath } from '../../store/dot-env.js';
import { loadSettings, type Settings } from '../../store/settings.js';
import { namedAccounts } from '../pick-account.js';
import type { ProcessContext } from '../process-context.js';
import { accountFindings } from './account-findings.js';
import { browserFindings } from './browser-findings.js';
import { deliveryFindings } from './delivery-findings.js';
import { displayFinding, takeoverFindings } from './display-findings.js';
import { feishuFindings, feishuSettingsFindings } from './feishu-findings.js';
import { note, problemOf, type Finding, type PlacedFinding } from './finding.js';
import { diskFindings, nodeFindings } from './machine-findings.js';
import { permissionFindings } from './permission-findings.js';
import { scheduleFindings } from './schedule-findings.js';
import { runChecks, type Check } from './run-checks.js';
import { secretsFindings } from './secrets-findings.js';
import { probeFindings, sessionFindings } from './session-findings.js';
import { settingsFindings, workingFolderFindings } from './settings-findings.js';
import { openSiteVisits, siteFindings } from './site-findings.js';

export interface ExamineOptions {
  readonly home: string;
  /** Only these accounts; empty means all. */
  readonly names: readonly string[];
  readonly offline: boolean;
  readonly sends: boolean;
  /** For each check. */
  readonly timeoutMs: number;
  readonly onPending?: (checks: readonly Check[]) => void;
}

/** Runs all checks that a renewal depends on, concurrently. Changes nothing. Rejects for an unknown account. */
export async function examine(context: ProcessContext, options: ExamineOptions): Promise<readonly PlacedFinding[]> {
  const { home, timeoutMs, onPending } = options;
  const loaded = await orAppError(loadSettings({ env: context.env, home }));
  // The check `settings` reports invalid settings.
  const settings = loaded instanceof AppError ? undefined : loaded;
  const checks = [
    ...machineChecks(context, options, settings),
    ...(settings ? feishuChecks(context, options, settings) : []),
    ...(await accountChecks(context, options)),
  ];
  return runChecks(checks, { timeoutMs, signal: context.signal, onPending });
}

const checksOf =
  (group: string) =>
  (check: string, run: (signal: AbortSignal) => readonly Finding[] | Promise<readonly Finding[]>): Check => ({
    group,
    check,
    run: async (signal) => run(signal),
  });
const machine = checksOf('machine');

function machineChecks(
  context: ProcessContext,
  { home, timeoutMs }: ExamineOptions,
  settings: Settings | undefined,
): readonly Check[] {
  const { env, cwd } = context;
  return [
    machine('node', () => nodeFindings(context.packageFolder)),
    machine('settings', () => settingsFindings({ env, home })),
    machine('.env', () => workingFolderFindings(cwd, envFilePath(env, home))),
    machine('permissions', () => permissionFindings(home, context)),
    machine('secrets at rest', () => secretsFindings(home)),
    machine('disk', () => diskFindings(home)),
    machine('browser', (signal) =>
      browserFindings({ context, settings, home, signal, timeoutMs: Math.max(timeoutMs * 0.8, timeoutMs - 2000) }),
    ),
    machine('display', async () => [await displayFinding(context, timeoutMs)]),
    machine('schedule', () => scheduleFindings(context)),
    ...(settings ? [machine('takeover', () => takeoverFindings(settings))] : []),
  ];
}

function feishuChecks(context: ProcessContext, options: ExamineOptions, settings: Settings): readonly Check[] {
  const check = checksOf('feishu');
  const { home, offline, sends, timeoutMs } = options;
  return [
    check('feishu', () => feishuSettingsFindings(settings)),
    check('feishu', (signal) => (offline ? [] : feishuFindings({ settings, context, home, sends, timeoutMs, signal }))),
  ];
}

async function accountChecks(
  context: ProcessContext,
  { home, names, offline, timeoutMs }: ExamineOptions,
): Promise<readonly Check[]> {
  // Only a name that does not exist ends the whole doctor.
  const listed = await orAppError(listAccounts(home));
  if (listed instanceof AppError) return [machine('accounts', () => [problemOf('accounts', listed)])];
  const { accounts, broken } = await namedAccounts(home, names);
  if (accounts.length + broken.length === 0) {
    return [machine('accounts', () => [note('accounts', 'there is none yet', { next: 'keyturn account add NAME' })])];
  }
  const visit = openSiteVisits(context, timeoutMs);
  return [
    ...broken.map(({ name, error }) => checksOf(name)('account', () => [problemOf('account', error)])),
    ...accounts.flatMap((account) => {
      const check = checksOf(account.name);
      return [
        check('account', () => accountFindings(home, account, context)),
        check('delivery', () => deliveryFindings(home, account, context)),
        ...(offline || !account.enabled ? [] : onlineChecks(account, context, home, visit)),
      ];
    }),
  ];
}

function onlineChecks(
  account: AccountConfig,
  context: ProcessContext,
  home: string,
  visit: ReturnType<typeof openSiteVisits>,
): readonly Check[] {
  const check = checksOf(account.name);
  return [
    check('site', async (signal) => siteFindings(await visit(account, signal), account, context.clock.now())),
    check('session', async (signal) => {
      // The check `site` reports a site that does not answer.
      const { answer } = await visit(account, signal);
      return answer.kind === 'answered' ? sessionFindings({ account, context, home, signal }) : [];
    }),
    check('service', (signal) => probeFindings({ account, context, home, signal })),
  ];
}
