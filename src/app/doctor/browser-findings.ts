import { stat } from 'node:fs/promises';
import { sandboxObstacle } from '../../browser/sandbox-obstacle.js';
import { AppError, orAppError } from '../../errors/app-error.js';
import { browserErrors } from '../../errors/browser-errors.js';
import { shellWord } from '../../messages/shell-word.js';
import { homePaths } from '../../store/home.js';
import type { Settings } from '../../store/settings.js';
import type { ProcessContext } from '../process-context.js';
import { ok, problem, problemOf, warning, type Finding } from './finding.js';

export interface BrowserCheck {
  readonly context: ProcessContext;
  readonly settings: Settings | undefined;
  readonly home: string;
  /** For the trial start. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const reinstall = 'npx playwright install chromium';

/** Which browser a renewal uses, and whether it starts. The browser is started headless, on an empty page. */
export async function browserFindings(check: BrowserCheck): Promise<Finding[]> {
  const { context, settings, home } = check;
  const { findBrowser, snapProfileHome } = await import('../../browser/find-browser.js');
  const found = findBrowser({ env: context.env, wanted: settings?.browser.path, platform: context.platform });
  if (!found) {
    const { code } = browserErrors.noBrowser;
    const text = 'no Chrome, Chromium or Edge was found, and Playwright has downloaded none';
    return [problem('browser', text, { code, next: reinstall })];
  }
  const snapHome = snapProfileHome({
    executablePath: found.executablePath,
    userDataDir: homePaths(home).accounts,
    home: context.env['HOME'] ?? '',
  });
  if (snapHome) {
    const { code } = browserErrors.unusableFolder;
    const next = `export KEYTURN_HOME=${shellWord(snapHome)}`;
    return [problem('browser', `Chromium from the snap store cannot keep a profile in ${home}`, { code, next })];
  }
  return [...(await trialFindings(found.executablePath, check)), ...argumentFindings(settings)];
}

async function trialFindings(executablePath: string, check: BrowserCheck): Promise<Finding[]> {
  const { context, settings, home, timeoutMs, signal } = check;
  const { tryBrowser } = await import('../../browser/try-browser.js');
  const isSnap = executablePath.startsWith('/snap/');
  const trial = await orAppError(
    tryBrowser({
      executablePath,
      args: settings?.browser.args ?? [],
      env: context.env,
      folder: isSnap && (await stat(home).catch(() => undefined)) ? home : undefined,
      timeoutMs,
      signal,
    }),
  );
  if (trial instanceof AppError) return [failedTrial(trial, executablePath)];
  const took = `${(trial.tookMs / 1000).toFixed(1)} s`;
  const asRoot = "off, because you are root; run keyturn as an ordinary user to keep Chromium's sandbox on";
  return [
    ok('browser', `Chromium ${trial.version} starts, in ${took} (${executablePath})`),
    process.getuid?.() === 0 ? warning('sandbox', asRoot) : ok('sandbox', 'on'),
  ];
}

function failedTrial(error: AppError, executablePath: string): Finding {
  if (error.code === browserErrors.sandboxUnavailable.code) {
    const obstacle = sandboxObstacle();
    const text = `Chromium's sandbox is not available: ${obstacle?.why ?? 'this machine, or the container, does not let ordinary users make user namespaces'}`;
    return problemOf('sandbox', error, { text, ...(obstacle ? { next: obstacle.command } : {}) });
  }
  if (error.code !== browserErrors.launchFailed.code) return problemOf('browser', error);
  return problemOf('browser', error, { next: `${shellWord(executablePath)} --headless --dump-dom about:blank` });
}

function argumentFindings(settings: Settings | undefined): Finding[] {
  const args = settings?.browser.args ?? [];
  const debugging = args.find((arg) => arg.startsWith('--remote-debugging-'));
  const unsafe = args.find((arg) => /^--(?:no-sandbox|disable-web-security|disable-setuid-sandbox)/.test(arg));
  const text = debugging
    ? `${debugging.split('=')[0]} lets any program of this machine's users drive the signed-in browser`
    : `${unsafe} takes away what keeps a page's code from this machine or from your other sites`;
  return debugging || unsafe ? [warning('browser.args', text, { next: 'keyturn config unset browser.args' })] : [];
}
