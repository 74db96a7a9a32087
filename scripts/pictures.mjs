// Makes the pictures of the docs: runs the built command line against the simulator and takes screenshots in a
// Chromium of the size of a phone. `npm run build && node scripts/pictures.mjs`. Needs Linux with Xvfb and a
// Chinese font.
import { readFileSync, readdirSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, devices } from 'playwright';
import { built, root } from './built.mjs';

const { startSimulator } = await built('tests/simulator/simulator.js');
const { startKeyturn } = await built('tests/simulator/keyturn-child.js');
const { findBrowser } = await built('src/browser/find-browser.js');

const phone = '15100001234';
const account = 'work';
const folder = path.join(root, 'docs', 'pictures');
const found = await findBrowser({ env: process.env });
const browser = await chromium.launch({
  executablePath: found.executablePath,
  chromiumSandbox: process.getuid?.() !== 0,
});

/**
 * Sets up an account whose site needs its owner, opens the takeover page on a phone, and calls `look` with the page.
 */
async function onThePhone({ locale, weather }, look) {
  const home = mkdtempSync(path.join(tmpdir(), 'keyturn-pictures-'));
  const simulator = await startSimulator();
  simulator.console.addOwner({ phone });
  const env = { DISPLAY: undefined, WAYLAND_DISPLAY: undefined };
  const start = (...args) => startKeyturn(args, { bin: path.join(root, 'dist', 'bin.js'), home, simulator, env });
  const { url, apiUrl, weather: sky } = simulator.console;
  const { cookieHeader, xsrf } = simulator.console.issueSession(phone);
  const secrets = path.join(home, 'secrets.json');
  writeFileSync(secrets, JSON.stringify({ name: '', cookie: cookieHeader, xsrf }), { mode: 0o600 });
  const flags = ['--name', account, '--base-url', url, '--probe-url', apiUrl, '--method', 'browser'];
  await start('account', 'import', secrets, ...flags).ended;
  await start('refresh').ended;
  simulator.clock.advance(4 * 86_400_000);
  sky.set(weather);
  await start('refresh', '--wait', '1s').ended;
  const run = start('unblock', account, '--remote', '--wait', '5m');
  const context = await browser.newContext({ ...devices['Pixel 7'], deviceScaleFactor: 2, locale });
  try {
    const link = await new Promise((resolve, reject) => {
      let said = '';
      run.process.stderr.on('data', (data) => {
        said += String(data);
        const seen = /http:\/\/127\.0\.0\.1:\d+\/\S*#\S+/.exec(said)?.[0];
        if (seen) resolve(seen);
      });
      run.ended.then(() => reject(new Error(`unblock ended early:\n${said}`)), reject);
    });
    const page = await context.newPage();
    await page.goto(link);
    await look(page, path.join(home, 'accounts', account, 'evidence'));
  } finally {
    await context.close();
    run.process.kill('SIGTERM');
    await run.ended;
    await simulator.close();
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

async function atWork(page) {
  await page.locator('#start').tap();
  await page.locator('canvas[data-settled=true]').waitFor();
}

/** Puts several screenshots side by side, small enough for a README. */
async function sheet(file, screens, heightPx) {
  const page = await browser.newPage({ viewport: { width: 2000, height: heightPx + 40 } });
  const images = screens
    .map((png) => `<img src="data:image/png;base64,${png.toString('base64')}" height="${heightPx}">`)
    .join('');
  await page.setContent(
    `<style>body{margin:0;background:#fff}div{display:inline-flex;gap:20px}img{border-radius:18px}</style><div>${images}</div>`,
  );
  const png = await page.locator('div').screenshot({ path: path.join(folder, file) });
  console.log(`${file}: ${Math.round(png.length / 1024)} KB`);
  await page.close();
}

mkdirSync(folder, { recursive: true });
const slider = { captcha: { where: 'dialog', on: 'rotate', nth: 1, after: 'reissue' } };
const screens = [];
let landscape;
let evidence;
try {
  await onThePhone({ locale: 'en-US', weather: slider }, async (page, evidenceFolder) => {
    screens.push(await page.screenshot());
    await atWork(page);
    screens.push(await page.screenshot());
    await page.setViewportSize(devices['Pixel 7 landscape'].viewport);
    await page.waitForTimeout(1500);
    landscape = await page.screenshot();
    const [newest] = readdirSync(evidenceFolder)
      .filter((name) => name.endsWith('.png'))
      .sort()
      .reverse();
    evidence = readFileSync(path.join(evidenceFolder, newest));
  });
  await onThePhone({ locale: 'zh-CN', weather: slider }, async (page) => {
    await atWork(page);
    screens.push(await page.screenshot());
  });
  await onThePhone({ locale: 'zh-CN', weather: { smsOnReset: true, smsInput: 'boxes' } }, async (page) => {
    await atWork(page);
    screens.push(await page.screenshot());
  });
  await sheet('takeover.png', screens, 560);
  await sheet('takeover-landscape.png', [landscape], 320);
  await sheet('redacted.png', [evidence], 400);
} finally {
  await browser.close();
}
