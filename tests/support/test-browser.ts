import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBrowser } from '../../src/browser/find-browser.js';

/**
 * Chromium loads two pages for the list below its address bar, in a process of their own, even when it is headless. No
 * test sees them.
 */
const ownPages = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup'];

/** If Chromium gets two lists of disabled features, it uses the last one. So this repeats the list of Playwright 1.65. */
const disabledByPlaywright = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'TcpPortRandomizationWin',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  'msForceBrowserSignIn',
  'msEdgeUpdateLaunchServicesPreferredVersion',
];

/** Arguments for the browsers of tests, which save processor time. The faults start Chromium as the product does. */
export const leanBrowserArgs = [`--disable-features=${[...disabledByPlaywright, ...ownPages].join(',')}`];

const found = findBrowser({ env: process.env })?.executablePath;
const hasShell = process.platform !== 'win32' && isInPath('chromium-headless-shell');

/** The browser of most tests: see test-browser.sh. Where the headless shell is not installed, what the product finds. */
export const testBrowser = found && hasShell ? fileURLToPath(new URL('./test-browser.sh', import.meta.url)) : found;

/** The settings `browser` of a test's home. A simulated person controls the browser through its debugging port. */
export const browserSettings = ({ hasRealBrowser = false } = {}) => ({
  args: ['--remote-debugging-port=0', ...leanBrowserArgs],
  path: hasRealBrowser ? found : testBrowser,
});

function isInPath(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));
}
