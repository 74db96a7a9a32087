const windowArgs = ['--window-size=1280,900', '--hide-crash-restore-bubble'];
/**
 * A page in one piece. Where Chromium draws without a graphics card its pieces are 256 pixels, and it places each by its middle:
 * those on the left and at the top come to lie at half a pixel and are filtered, which took every picture of the takeover page
 * some 6 ms longer. A graphics card has sizes of its own.
 */
const drawingArgs = [
  '--default-tile-width=1600',
  '--default-tile-height=1216',
  '--max-untiled-layer-width=1600',
  '--max-untiled-layer-height=1216',
];
/**
 * Without it Chromium starts a spare process for a next site, which never comes: some 80 ms of two cores. Sites stay in
 * processes of their own.
 */
const leanArgs = ['--renderer-process-limit=1'];

/**
 * Pages behind the address bar for its suggestions. Chromium loads them at every start, some 400 scripts, which takes a core for
 * a second while the site's own page loads; nobody types an address here.
 */
const addressBarPages = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup'];

/**
 * Playwright's own choice (1.65). Of two lists Chromium heeds the last alone, so one that says more has to say this again; a test
 * holds it to the Playwright that is installed.
 */
const playwrightFeatures = {
  disable: [
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
  ],
  enable: ['CDPScreenshotNewSurface', 'SkipListAccountsWithoutGaiaCookies'],
};

/**
 * What Chromium is started with beside Playwright's own arguments.
 * @param own as the setting `browser.args` has them; the features that it names are added to the others
 */
export function browserArgs(own: readonly string[] = []): string[] {
  const named = (way: 'disable' | 'enable') =>
    own
      .filter((arg) => arg.startsWith(`--${way}-features=`))
      .flatMap((arg) => arg.slice(arg.indexOf('=') + 1).split(','));
  const enabled = named('enable');
  const disabled = [...addressBarPages, ...playwrightFeatures.disable].filter((name) => !enabled.includes(name));
  return [
    ...windowArgs,
    ...drawingArgs,
    ...leanArgs,
    ...own.filter((arg) => !/^--(?:disable|enable)-features=/.test(arg)),
    `--disable-features=${[...disabled, ...named('disable')].join(',')}`,
    `--enable-features=${[...playwrightFeatures.enable, ...enabled].join(',')}`,
  ];
}
