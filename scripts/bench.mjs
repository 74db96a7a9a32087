// Measures keyturn side by side with a baseline in the same run and prints ratios. Nothing here passes or fails.
// Run it with `npm run bench` (which builds first). `npm run bench -- --runs 20` makes more runs; `--skip-takeover`
// leaves out the takeover page, which takes six minutes.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium } from 'playwright';
import { built, root } from './built.mjs';
import { scriptArguments } from './script-arguments.mjs';

const { startSimulator } = await built('tests/simulator/simulator.js');
const { startKeyturn } = await built('tests/simulator/keyturn-child.js');
const { findBrowser } = await built('src/browser/find-browser.js');
const { ensureDisplay, findXvfb } = await built('src/browser/display.js');

const { values } = scriptArguments('bench', {
  options: { runs: { type: 'string', default: '7' }, 'skip-takeover': { type: 'boolean', default: false } },
});
const runs = Math.max(3, Number(values.runs) || 7);
const dayMs = 86_400_000;
const phone = '15100001234';
const bin = path.join(root, 'dist', 'bin.js');
const home = mkdtempSync(path.join(tmpdir(), 'keyturn-bench-'));
const simulator = await startSimulator();
simulator.console.addOwner({ phone });

const isChallenge = ({ note }) => note === 'captcha';
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const rows = [];

/** Runs both in turn, so that a slow moment of the machine affects both. */
async function compare(name, baselineName, baseline, ours) {
  await baseline();
  await ours();
  const times = { baseline: [], ours: [] };
  for (let run = 0; run < runs; run += 1) {
    times.baseline.push(await timed(baseline));
    times.ours.push(await timed(ours));
  }
  const [base, our] = [median(times.baseline), median(times.ours)];
  const ratios = times.ours.map((time, i) => time / times.baseline[i]);
  rows.push([name, `${our.toFixed(0)} ms`, baselineName, `${base.toFixed(0)} ms`, `${median(ratios).toFixed(2)} x`]);
  process.stderr.write(`measured: ${rows.at(-1).join('  ')}\n`);
}

async function timed(work) {
  const startedAt = performance.now();
  const given = await work();
  return typeof given === 'number' ? given : performance.now() - startedAt;
}

// Without Feishu, so that no time goes into the message about a renewed key.
const noFeishu = { FEISHU_APP_ID: '', FEISHU_APP_SECRET: '', FEISHU_RECEIVER: '' };
const cli = async (...args) => {
  const run = await startKeyturn(args, { bin, home, simulator, env: noFeishu }).ended;
  if (run.exitCode !== 0) throw new Error(`keyturn ${args.join(' ')} ended with ${run.exitCode}:\n${run.stderr}`);
  return run.tookMs;
};
const timedChild = (command, args, env = {}) =>
  new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(performance.now() - startedAt) : reject(new Error(`${command} ended with ${code}`)),
    );
  });
const node = () => timedChild(process.execPath, ['-e', '0']);
const hasPython = spawnSync('python3', ['-c', '0']).status === 0;

/** The smallest program that renews over HTTP, with the standard library of another language. */
const pythonScript = `
import json, os, urllib.request
base = os.environ["BASE"]
def call(method, body=None):
    headers = {"cookie": os.environ["COOKIE"], "x-xsrf-token": os.environ["XSRF"], "content-type": "application/json", "referer": base + "/profile?tab=apiKey", "accept": "application/json"}
    request = urllib.request.Request(base + "/api/openapi/apikey", data=body, headers=headers, method=method)
    return json.load(urllib.request.urlopen(request))
name = call("GET")["data"]["name"]
print(call("POST", json.dumps({"name": name}).encode())["data"]["apiKey"])
`;

/** The smallest program that renews on the page: the same navigation and clicks, without any check. */
const pageScript = `
import { chromium } from 'playwright';
const { BASE, PROFILE, BROWSER, COOKIES, SANDBOX } = process.env;
const context = await chromium.launchPersistentContext(PROFILE, { executablePath: BROWSER, headless: true, chromiumSandbox: SANDBOX === 'yes' });
await context.addCookies(JSON.parse(COOKIES));
const page = context.pages()[0];
await page.goto(BASE + '/profile?tab=apiKey');
const answered = page.waitForResponse((response) => response.request().method() === 'POST' && response.url().endsWith('/api/openapi/apikey'));
await page.getByText('重置API密钥').click();
console.log((await (await answered).json()).data.apiKey);
await context.close();
`;

try {
  const { cookieHeader, xsrf } = simulator.console.issueSession(phone);
  const secrets = path.join(home, 'secrets.json');
  writeFileSync(secrets, JSON.stringify({ name: '', cookie: cookieHeader, xsrf }), { mode: 0o600 });
  await cli(
    'account',
    'import',
    secrets,
    '--name',
    'work',
    '--base-url',
    simulator.console.url,
    '--probe-url',
    simulator.console.apiUrl,
  );
  await cli('refresh');

  await compare('refresh, not due', 'node -e 0', node, () => cli('refresh'));
  const session = simulator.console.issueSession(phone);
  const base = { BASE: simulator.console.url, COOKIE: session.cookieHeader, XSRF: session.xsrf };
  if (hasPython) {
    await compare(
      'refresh over HTTP (GET, POST, verification)',
      'python3 urllib (GET, POST)',
      () => timedChild('python3', ['-c', pythonScript], base),
      () => cli('refresh', '--force', '--method', 'http'),
    );
  }

  const found = await findBrowser({ env: process.env });
  const sandbox = process.getuid?.() === 0 ? 'no' : 'yes';
  const page = {
    ...base,
    PROFILE: path.join(home, 'bare-profile'),
    BROWSER: found.executablePath,
    COOKIES: JSON.stringify(cookiesOf(session)),
    SANDBOX: sandbox,
  };
  await compare(
    'refresh in the page, headless',
    'bare Playwright script, same clicks',
    () => timedChild(process.execPath, ['--input-type=module', '--eval', pageScript], page),
    () => cli('refresh', '--force', '--method', 'browser'),
  );

  // The time from the refusal at the console until the card is in the chat of the owner.
  const toCard = [];
  const waitingMb = [];
  for (let run = 0; run < runs; run += 1) {
    simulator.clock.advance(5 * dayMs);
    simulator.console.weather.set({ captcha: { where: 'dialog', on: 'rotate', nth: 1, after: 'lost' } });
    const before = simulator.feishu.messages().length;
    const child = startKeyturn(['refresh', '--method', 'browser', '--wait', '20s'], { bin, home, simulator });
    let recognisedAt;
    child.process.stderr.on('data', (data) => {
      if (recognisedAt === undefined && String(data).includes('needs you')) recognisedAt = performance.now();
    });
    const card = await simulator.feishu.waitForMessage(
      (message) =>
        simulator.feishu.messages().indexOf(message) >= before &&
        simulator.feishu.cardText(message).includes('[这次跳过]'),
      60_000,
    );
    toCard.push(performance.now() - recognisedAt);
    waitingMb.push(residentMb(child.process.pid));
    await simulator.feishu.press(card.messageId, '这次跳过', { waitMs: 10_000 });
    await child.ended;
    simulator.clock.advance(dayMs);
  }

  if (process.platform !== 'linux' || findXvfb(process.env)) await measureOpening();

  rows.push([
    'challenge recognised, card delivered',
    `${median(toCard).toFixed(0)} ms`,
    'goal',
    '1000 ms',
    `${(median(toCard) / 1000).toFixed(2)} x`,
  ]);
  if (process.platform === 'linux') {
    const mb = Math.max(...waitingMb);
    rows.push([
      'memory while waiting for a person, most',
      `${mb.toFixed(0)} MB`,
      'goal',
      '120 MB',
      `${(mb / 120).toFixed(2)} x`,
    ]);
  }
} finally {
  await simulator.close();
  rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/**
 * The time from the press on the card until the browser requests the challenge, beside the smallest program that
 * opens the same page in a window.
 */
async function measureOpening() {
  const { executablePath } = await findBrowser({ env: process.env });
  const toChallenge = { ours: [], baseline: [] };
  for (let run = 0; run <= runs; run += 1) {
    simulator.clock.advance(5 * dayMs);
    simulator.console.weather.set({ captcha: { where: 'page', on: 'visit', nth: 1 } });
    const before = simulator.feishu.messages().length;
    // Without a display and an address for the phone, the card would offer no button.
    const env = { DISPLAY: '', WAYLAND_DISPLAY: '', KEYTURN_TAKEOVER_URL: 'https://phone.example' };
    const child = startKeyturn(['refresh', '--method', 'browser', '--wait', '60s'], { bin, home, simulator, env });
    const card = await simulator.feishu.waitForMessage(
      (message) =>
        simulator.feishu.messages().indexOf(message) >= before &&
        simulator.feishu.cardText(message).includes('[打开浏览器]'),
      60_000,
    );
    const ours = await untilChallenge(
      () => void simulator.feishu.press(card.messageId, '打开浏览器', { waitMs: 10_000 }),
    );
    child.process.kill('SIGTERM');
    await child.ended;
    let context;
    let display;
    const baseline = await untilChallenge(async () => {
      display = await ensureDisplay({ env: { ...process.env, ...env } });
      context = await chromium.launchPersistentContext(path.join(home, 'bare-window'), {
        executablePath,
        headless: false,
        chromiumSandbox: process.getuid?.() !== 0,
        env: { ...process.env, ...display.env },
      });
      await context.addCookies(cookiesOf(simulator.console.issueSession(phone)));
      await context.pages()[0].goto(`${simulator.console.url}/profile?tab=apiKey`);
    });
    await context.close();
    await display.close?.();
    // The first run of each is a warm-up.
    if (run > 0) {
      toChallenge.ours.push(ours);
      toChallenge.baseline.push(baseline);
    }
    simulator.console.weather.set({ captcha: null });
    simulator.clock.advance(dayMs);
  }
  rows.push([
    'open-browser pressed, challenge in the window',
    `${median(toChallenge.ours).toFixed(0)} ms`,
    'bare launch with a window, goto',
    `${median(toChallenge.baseline).toFixed(0)} ms`,
    `${median(toChallenge.ours.map((time, i) => time / toChallenge.baseline[i])).toFixed(2)} x`,
  ]);
}

function cookiesOf({ cookieHeader }) {
  return cookieHeader.split('; ').map((pair) => {
    const at = pair.indexOf('=');
    return { name: pair.slice(0, at), value: pair.slice(at + 1), url: simulator.console.url };
  });
}

/** The time from the start of `act` until a page asks the console for a challenge. */
async function untilChallenge(act) {
  const seen = simulator.console.requests().length;
  const startedAt = performance.now();
  const acting = act();
  while (!simulator.console.requests().slice(seen).some(isChallenge)) {
    if (performance.now() - startedAt > 60_000) throw new Error('no challenge was asked for within 60 s');
    await delay(5);
  }
  const tookMs = performance.now() - startedAt;
  await acting;
  return tookMs;
}

/** The memory of the process alone: it has no browser while it waits. */
function residentMb(pid) {
  if (process.platform !== 'linux') return 0;
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}

const header = ['WHAT', 'MEDIAN', 'BASELINE', 'MEDIAN', 'RATIO (median of pairs)'];
const widths = header.map((_, i) => Math.max(...[header, ...rows].map((row) => row[i].length)));
for (const row of [header, ...rows])
  console.log(
    row
      .map((cell, i) => cell.padEnd(widths[i]))
      .join('  ')
      .trimEnd(),
  );
console.log(`${runs} runs each, in turn; Node ${process.version}, ${process.platform}`);

// In processes of their own, because the simulator runs in this one.
const others = ['bench-many.mjs'];
if (!values['skip-takeover'] && (process.platform !== 'linux' || findXvfb(process.env)))
  others.push('bench-takeover.mjs');
for (const script of others) {
  const { status } = spawnSync(process.execPath, [path.join(root, 'scripts', script)], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = status ?? 1;
}
