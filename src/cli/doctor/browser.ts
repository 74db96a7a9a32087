import { homePaths } from '../../store/home.js';
import type { Settings } from '../../store/settings.js';
import type { CliContext } from '../context.js';
import type { Finding } from './finding.js';

export async function browserFindings(
  context: CliContext,
  settings: Settings | undefined,
  home: string,
): Promise<Finding[]> {
  const { findBrowser, snapProfileAdvice } = await import('../../browser/find-browser.js');
  const found = await findBrowser({
    env: context.env,
    wanted: settings?.browser.path,
    platform: context.platform,
    withVersion: true,
  });
  if (!found) {
    return [
      {
        level: 'problem',
        check: 'browser',
        text: 'no Chrome, Chromium or Edge was found',
        next: 'npx playwright install chromium',
      },
    ];
  }
  const findings: Finding[] = [
    { level: 'ok', check: 'browser', text: `${found.product} ${found.version ?? ''} (${found.executablePath})` },
  ];
  const advice = snapProfileAdvice({
    executablePath: found.executablePath,
    userDataDir: homePaths(home).accounts,
    home: context.env['HOME'] ?? '',
  });
  if (advice) {
    findings.push({
      level: 'problem',
      check: 'browser',
      text: `Chromium from the snap store cannot keep a profile in ${home}`,
      next: `export KEYTURN_HOME=${advice.suggestion}`,
    });
  }
  if (process.getuid?.() === 0) {
    findings.push({
      level: 'warning',
      check: 'sandbox',
      text: "you are root, so Chromium's sandbox is off; run keyturn as an ordinary user to keep it on",
    });
  }
  const debugging = settings?.browser.args.find((arg) => arg.startsWith('--remote-debugging-'));
  if (debugging) {
    findings.push({
      level: 'warning',
      check: 'browser.args',
      text: `${debugging.split('=')[0]} lets any program of this machine's users drive the signed-in browser`,
      next: 'keyturn config unset browser.args',
    });
  }
  return findings;
}

export async function displayFindings({ env, platform }: CliContext): Promise<Finding[]> {
  if (platform !== 'linux') return [{ level: 'ok', check: 'display', text: 'the desktop' }];
  if (env['DISPLAY'] || env['WAYLAND_DISPLAY'])
    return [{ level: 'ok', check: 'display', text: env['DISPLAY'] ?? env['WAYLAND_DISPLAY'] ?? '' }];
  const { findXvfb } = await import('../../browser/display.js');
  const xvfb = findXvfb(env);
  if (!xvfb) {
    return [
      {
        level: 'warning',
        check: 'display',
        text: 'no display and no Xvfb: login and unblock cannot open a window here',
        next: 'sudo apt-get install xvfb',
      },
    ];
  }
  return [
    {
      level: 'note',
      check: 'display',
      text: `none, but a private one can be started (${xvfb}); you see its page on the takeover link`,
    },
  ];
}

/** An address at which the takeover page would be refused is told before somebody waits for its link. */
export async function takeoverFindings(settings: Settings): Promise<Finding[]> {
  const { requireSafeAddress } = await import('../../takeover/reachable-address.js');
  requireSafeAddress(settings.takeover);
  const { publicUrl, port } = settings.takeover;
  if (publicUrl === undefined) return [];
  if (port !== 0) return [{ level: 'ok', check: 'takeover', text: `your phone reaches it at ${publicUrl}` }];
  return [
    {
      level: 'warning',
      check: 'takeover',
      text: 'takeover.publicUrl is set, but takeover.port changes with every run, so nothing can lead to it',
      next: 'keyturn config set takeover.port 8477',
    },
  ];
}
