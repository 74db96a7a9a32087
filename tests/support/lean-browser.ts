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

/**
 * Arguments for the browsers of tests, which save processor time. The tests of faults and those of `openSession` start
 * Chromium as the product does.
 */
export const leanBrowserArgs = [`--disable-features=${[...disabledByPlaywright, ...ownPages].join(',')}`];

/** The setting `browser.args` of a test's home. A simulated person controls the browser through its debugging port. */
export const homeBrowserArgs = ['--remote-debugging-port=0', ...leanBrowserArgs];
