import { stat } from 'node:fs/promises';
import { AppError, appError, orAppError } from '../../lib/app-error.js';
import { browserErrors } from '../../browser/browser-errors.js';
import { browserReasons } from '../../messages/browser-errors.js';
import { findingTexts as texts } from '../../messages/doctor.js';
import { shellWord } from '../../messages/shell-word.js';
import { same } from '../../messages/text.js';
import { sandboxFix } from '../../browser/sandbox-fix.js';
import { homePaths } from '../../store/home.js';
import type { Settings } from '../../store/settings.js';
import { homeOf, type ProcessContext } from '../process-context.js';
import { note, ok, problemOf, warning, type CheckScope, type Finding } from './finding.js';

/** Which browser a renewal uses, and whether it starts. The browser is started headless, on an empty page. */
export async function browserFindings({ context, timeoutMs, signal }: CheckScope, settings: Settings | undefined) {
  const { env, platform } = context;
  const home = homeOf(context);
  const { findBrowser, snapProfileHome } = await import('../../browser/find-browser.js');
  const found = findBrowser({ env, wanted: settings?.browser.path, platform });
  if (!found) throw appError(browserErrors.noBrowser, undefined);
  const { executablePath } = found;
  const snapHome = snapProfileHome({ executablePath, userDataDir: homePaths(home).accounts, home: env['HOME'] ?? '' });
  if (snapHome) {
    const facts = { folder: home, reason: browserReasons.snap, home: snapHome };
    throw appError(browserErrors.unusableFolder, facts);
  }
  const { tryBrowser } = await import('../../browser/try-browser.js');
  const args = settings?.browser.args ?? [];
  const startMs = Math.max(timeoutMs * 0.8, timeoutMs - 2000);
  const isSnap = executablePath.startsWith('/snap/');
  const folder = isSnap && (await stat(home).catch(() => undefined)) ? home : undefined;
  const started = await orAppError(tryBrowser({ executablePath, args, env, folder, timeoutMs: startMs, signal }));
  if (started instanceof AppError) {
    if (started.code === browserErrors.sandboxUnavailable.code) {
      const fix = sandboxFix();
      return [problemOf('sandbox', started, fix === undefined ? {} : { next: same(fix) })];
    }
    const next = same(`${shellWord(executablePath)} --headless --dump-dom about:blank`);
    return [problemOf('browser', started, started.code === browserErrors.launchFailed.code ? { next } : {})];
  }
  const unsafe = /^--(?:remote-debugging-|no-sandbox|disable-web-security|disable-setuid-sandbox)/;
  const weak = args.find((arg) => unsafe.test(arg))?.split('=')[0];
  return [
    ok('browser', texts.browserStarts(started.version, (started.tookMs / 1000).toFixed(1), executablePath)),
    process.getuid?.() === 0 ? warning('sandbox', texts.sandboxOff) : ok('sandbox', texts.sandboxOn),
    ...(weak ? [warning('browser.args', texts.weakArgument(weak), 'keyturn config unset browser.args')] : []),
  ];
}

/** Whether a visible browser would find a display. Only a person needs one, so no finding is above a warning. */
export async function displayFinding({ env, platform }: ProcessContext, timeoutMs: number): Promise<Finding> {
  if (platform !== 'linux') return ok('display', texts.desktop);
  const shown = env['DISPLAY'] || env['WAYLAND_DISPLAY'];
  if (shown) return ok('display', same(shown));
  const level = 'warning';
  const { ensureDisplay } = await import('../../browser/display.js');
  const display = await orAppError(ensureDisplay({ env, platform, startTimeoutMs: timeoutMs * 0.8 }));
  if (display instanceof AppError) return problemOf('display', display, { level });
  if (display.kind === 'private') await display.close();
  return ok('display', texts.privateDisplay);
}

/** Reports an address that the takeover page would refuse, before anybody waits for its link. */
export async function takeoverFindings(settings: Settings): Promise<Finding[]> {
  const { requireSafeAddress } = await import('../../takeover/reachable-address.js');
  requireSafeAddress(settings.takeover);
  const { publicUrl, port } = settings.takeover;
  if (publicUrl === undefined) return [];
  if (port !== 0) return [note('takeover', texts.phoneNotTried(publicUrl))];
  return [warning('takeover', texts.portChanges, 'keyturn config set takeover.port 8477')];
}
