import { AppError } from '../../errors/app-error.js';
import { listAccounts, readAccount, type AccountConfig } from '../../store/accounts.js';
import { envFilePath } from '../../store/dot-env.js';
import { loadSettings, type Settings } from '../../store/settings.js';
import type { ProcessContext } from '../process-context.js';
import { accountFindings } from './account-findings.js';
import { browserFindings } from './browser-findings.js';
import { deliveryFindings } from './delivery-findings.js';
import { displayFindings, takeoverFindings } from './display-findings.js';
import { feishuFindings, feishuSettingsFindings } from './feishu-findings.js';
import { problemOf, type Finding, type PlacedFinding } from './finding.js';
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
  /** Skip the checks that need the network. */
  readonly offline: boolean;
  readonly sends: boolean;
  /** For each check. */
  readonly timeoutMs: number;
  readonly onPending?: (checks: readonly Check[]) => void;
}

/** Runs all checks that a renewal depends on, concurrently. Changes nothing. Rejects for an unknown account. */
export async function examine(context: ProcessContext, options: ExamineOptions): Promise<readonly PlacedFinding[]> {
  const { home, timeoutMs, onPending } = options;
  const settings = await settingsOf(context, home);
  const checks = [
    ...machineChecks(context, options, settings),
    ...(settings ? feishuChecks(context, options, settings) : []),
    ...(await accountChecks(context, options)),
  ];
  return runChecks(checks, { timeoutMs, signal: context.signal, onPending });
}

/** Undefined if the settings are invalid. The `settings` check reports that. */
async function settingsOf({ env }: ProcessContext, home: string): Promise<Settings | undefined> {
  return loadSettings({ env, home }).catch((error: unknown) => {
    if (error instanceof AppError) return undefined;
    throw error;
  });
}

function machineChecks(
  context: ProcessContext,
  { home, timeoutMs }: ExamineOptions,
  settings: Settings | undefined,
): readonly Check[] {
  const { env, cwd } = context;
  const machine = (check: string, run: (signal: AbortSignal) => Finding[] | Promise<Finding[]>): Check => ({
    group: 'machine',
    check,
    run: async (signal) => run(signal),
  });
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
    machine('display', () => displayFindings(context, timeoutMs)),
    machine('schedule', () => scheduleFindings(context, home)),
    ...(settings ? [machine('takeover', () => takeoverFindings(settings))] : []),
  ];
}

function feishuChecks(
  context: ProcessContext,
  { home, offline, sends, timeoutMs }: ExamineOptions,
  settings: Settings,
): readonly Check[] {
  const group = 'feishu';
  const check = 'feishu';
  return [
    { group, check, run: async () => Promise.resolve(feishuSettingsFindings(settings)) },
    ...(offline
      ? []
      : [
          {
            group,
            check,
            run: (signal: AbortSignal) => feishuFindings({ settings, context, home, sends, timeoutMs, signal }),
          },
        ]),
  ];
}

async function accountChecks(
  context: ProcessContext,
  { home, names, offline, timeoutMs }: ExamineOptions,
): Promise<readonly Check[]> {
  let listed: Awaited<ReturnType<typeof listAccounts>>;
  try {
    listed = await listAccounts(home);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [fixedCheck('machine', problemOf('accounts', error))];
  }
  const { accounts, broken } = listed;
  for (const name of names)
    if (![...accounts, ...broken].some((each) => each.name === name)) await readAccount(home, name);
  const isWanted = ({ name }: { readonly name: string }) => names.length === 0 || names.includes(name);
  if (accounts.length + broken.length === 0) {
    return [
      fixedCheck('machine', {
        level: 'note',
        check: 'accounts',
        text: 'there is none yet',
        next: 'keyturn account add NAME',
      }),
    ];
  }
  const visit = openSiteVisits(context, timeoutMs);
  return [
    ...broken.filter(isWanted).map(({ name, error }) => fixedCheck(name, problemOf('account', error))),
    ...accounts
      .filter(isWanted)
      .flatMap((account) => [
        { group: account.name, check: 'account', run: () => accountFindings(home, account, context) },
        { group: account.name, check: 'delivery', run: () => deliveryFindings(home, account, context) },
        ...(offline || !account.enabled ? [] : onlineChecks(account, context, home, visit)),
      ]),
  ];
}

function onlineChecks(
  account: AccountConfig,
  context: ProcessContext,
  home: string,
  visit: ReturnType<typeof openSiteVisits>,
): readonly Check[] {
  const group = account.name;
  /** Skips a check if the site does not answer, because the `site` check already reports that. */
  const whenReached = (look: (signal: AbortSignal) => Promise<Finding[]>) => async (signal: AbortSignal) =>
    (await visit(account, signal)).answer.kind === 'answered' ? look(signal) : [];
  return [
    {
      group,
      check: 'site',
      run: async (signal) => siteFindings(await visit(account, signal), account, context.clock.now()),
    },
    { group, check: 'session', run: whenReached((signal) => sessionFindings({ account, context, home, signal })) },
    { group, check: 'service', run: (signal) => probeFindings({ account, context, home, signal }) },
  ];
}

const fixedCheck = (group: string, finding: Finding): Check => ({
  group,
  check: finding.check,
  run: () => Promise.resolve([finding]),
});
