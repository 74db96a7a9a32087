import { AppError, orAppError } from '../../errors/app-error.js';
import { browserErrors } from '../../errors/browser-errors.js';
import type { Settings } from '../../store/settings.js';
import type { ProcessContext } from '../process-context.js';
import { ok, problemOf, warning, type Finding } from './finding.js';

/** Where a visible browser would open its window. Only a person needs one, so no finding is above a warning. */
export async function displayFinding({ env, platform }: ProcessContext, timeoutMs: number): Promise<Finding> {
  if (platform !== 'linux') return ok('display', 'the desktop');
  const shown = env['DISPLAY'] || env['WAYLAND_DISPLAY'];
  if (shown) return ok('display', shown);
  const { code } = browserErrors.noDisplay;
  const { ensureDisplay, findXvfb } = await import('../../browser/display.js');
  const xvfb = findXvfb(env);
  if (!xvfb) {
    const next = 'sudo apt-get install xvfb (Fedora: sudo dnf install xorg-x11-server-Xvfb)';
    return warning('display', 'no display and no Xvfb: login and unblock cannot open a window here', { code, next });
  }
  const display = await orAppError(ensureDisplay({ env, platform, startTimeoutMs: timeoutMs * 0.8 }));
  if (display instanceof AppError) {
    return problemOf('display', display, { level: 'warning', next: `${xvfb} -displayfd 1` });
  }
  await display.close();
  const text = `none; a private one starts when it is needed (${xvfb}), and you see its page on the takeover link`;
  return ok('display', text);
}

/** Reports an address that the takeover page would refuse, before anybody waits for its link. */
export async function takeoverFindings(settings: Settings): Promise<Finding[]> {
  const { requireSafeAddress } = await import('../../takeover/reachable-address.js');
  requireSafeAddress(settings.takeover);
  const { publicUrl, port } = settings.takeover;
  if (publicUrl === undefined) return [];
  if (port !== 0) return [ok('takeover', `your phone reaches it at ${publicUrl}`)];
  const text = 'takeover.publicUrl is set, but takeover.port changes with every run, so nothing can lead to it';
  return [warning('takeover', text, { next: 'keyturn config set takeover.port 8477' })];
}
