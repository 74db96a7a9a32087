const windowArgs = ['--window-size=1280,900', '--hide-crash-restore-bubble'];
/**
 * Draws a page as one tile. Without a graphics card Chromium uses tiles of 256 pixels and positions each by its
 * centre, so those on the left and at the top land on half a pixel and are filtered. That added about 6 ms to every
 * picture of the takeover page. With a graphics card Chromium picks its own tile sizes.
 */
const drawingArgs = [
  '--default-tile-width=1600',
  '--default-tile-height=1216',
  '--max-untiled-layer-width=1600',
  '--max-untiled-layer-height=1216',
];
/**
 * Without this, Chromium starts a spare process for the next site. keyturn never opens one, and the start costs about
 * 80 ms on two cores. Each site still gets a process of its own.
 */
const leanArgs = ['--renderer-process-limit=1'];

/**
 * The pages that show suggestions under the address bar. Chromium loads them at every start: about 400 scripts, which
 * keep one core busy for a second while the site loads. Nobody types an address in this browser.
 */
const addressBarPages = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup'];

/**
 * Playwright's own feature lists (1.65). If a flag is given twice, Chromium uses only the last one, so our flags have
 * to repeat Playwright's features. A test compares these lists with the installed Playwright.
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
