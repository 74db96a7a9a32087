import { AppError } from '../../errors/app-error.js';
import { listAccounts } from '../../store/accounts.js';
import { homePaths } from '../../store/home.js';
import { loadSettings } from '../../store/settings.js';
import type { CliContext } from '../context.js';
import { accountFindings, siteFindings } from './account.js';
import { browserFindings, displayFindings, takeoverFindings } from './browser.js';
import { feishuSettingsFindings, feishuTokenFindings } from './feishu.js';
import { problemOf, type Finding } from './finding.js';
import { permissionFindings } from './permissions.js';

/** Looks at everything that a renewal stands on, each part on its own: one that fails hides no other. Changes nothing. */
export async function examine(
  context: CliContext,
  options: { readonly home: string; readonly offline: boolean },
): Promise<readonly Finding[]> {
  const { home } = options;
  const findings: Finding[] = [];
  const settings = await guarded('settings', findings, () =>
    loadSettings({ env: context.env, cwd: context.cwd, home }),
  );
  if (settings) findings.push({ level: 'ok', check: 'settings', text: `readable (${homePaths(home).settings})` });
  findings.push(...(await permissionFindings(home, context)));
  await guarded('browser', findings, async () => findings.push(...(await browserFindings(context, settings, home))));
  findings.push(...(await displayFindings(context)));
  if (settings) await guarded('takeover', findings, async () => findings.push(...(await takeoverFindings(settings))));
  findings.push(...feishuSettingsFindings(settings, context));
  if (settings && !options.offline) {
    await guarded('feishu', findings, async () =>
      findings.push(...(await feishuTokenFindings(settings, context, home))),
    );
  }

  const { accounts, broken } = await listAccounts(home);
  for (const { name, error } of broken) findings.push(problemOf(`account ${name}`, error));
  if (accounts.length + broken.length === 0) {
    findings.push({ level: 'note', check: 'accounts', text: 'there is none yet', next: 'keyturn account add NAME' });
  }
  for (const account of accounts) {
    await guarded(`account ${account.name}`, findings, async () =>
      findings.push(...(await accountFindings(home, account, context))),
    );
    if (!options.offline && account.enabled) {
      await guarded(`site of ${account.name}`, findings, async () =>
        findings.push(...(await siteFindings(account, context))),
      );
    }
  }
  return findings;
}

async function guarded<T>(check: string, findings: Finding[], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    findings.push(problemOf(check, error));
    return undefined;
  }
}
