// Measures keyturn side by side with a baseline in the same run and prints ratios. Nothing here passes or fails.
// Run through `npm run bench` (which builds first); `npm run bench -- --runs 20` for more runs.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const built = (...parts) => pathToFileURL(path.join(root, 'dist', ...parts)).href;
const { startSimulator } = await import(built('simulator', 'simulator.js'));
const { startKeyturn } = await import(built('simulator', 'keyturn-child.js'));
const { findBrowser } = await import(built('browser', 'find-browser.js'));
const { chromium } = await import('playwright');

const { values } = parseArgs({ options: { runs: { type: 'string', default: '7' } } });
const runs = Math.max(3, Number(values.runs) || 7);
const dayMs = 86_400_000;
const phone = '15100001234';
const bin = path.join(root, 'dist', 'bin.js');
const home = mkdtempSync(path.join(tmpdir(), 'keyturn-bench-'));
const simulator = await startSimulator();
simulator.console.addOwner({ phone });

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const rows = [];

/** Runs both in turn, so that a slow moment of the machine hits both. */
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
  process.stderr.write(`measured: ${name}\n`);
}

async function timed(work) {
  const startedAt = performance.now();
  const given = await work();
  return typeof given === 'number' ? given : performance.now() - startedAt;
}

const cli = async (...args) => {
  const run = await startKeyturn(args, { bin, home, simulator }).ended;
  if (run.exitCode !== 0) throw new Error(`keyturn ${args.join(' ')} ended with ${run.exitCode}:\n${run.stderr}`);
  return run.tookMs;
};
const node = () =>
  new Promise((resolve) => {
    const startedAt = performance.now();
    spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }).on('close', () => resolve(performance.now() - startedAt));
  });

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
  await compare(
    'refresh over HTTP',
    'refresh, not due',
    () => cli('refresh'),
    () => cli('refresh', '--force'),
  );

  const found = await findBrowser({ env: process.env });
  const bare = async () => {
    const startedAt = performance.now();
    const profile = mkdtempSync(path.join(tmpdir(), 'keyturn-bench-profile-'));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: found.executablePath,
      headless: true,
      chromiumSandbox: process.getuid?.() !== 0,
    });
    await context.pages()[0].goto(`${simulator.console.url}/profile?tab=apiKey`);
    await context.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    return performance.now() - startedAt;
  };
  await compare('refresh in the page, headless', 'bare launch + navigation + close', bare, () =>
    cli('refresh', '--force', '--method', 'browser'),
  );

  // From the refusal at the console to the card in the owner's chat.
  const toCard = [];
  for (let run = 0; run < runs; run += 1) {
    simulator.clock.advance(5 * dayMs);
    simulator.console.weather.set({ captcha: { where: 'dialog', on: 'rotate', nth: 1, after: 'lost' } });
    const before = simulator.feishu.messages().length;
    const child = startKeyturn(['refresh', '--method', 'browser', '--wait', '20s'], { bin, home, simulator });
    let recognisedAt;
    child.process.stderr.on('data', (data) => {
      if (recognisedAt === undefined && String(data).includes('wants its owner')) recognisedAt = performance.now();
    });
    const card = await simulator.feishu.waitForMessage(
      (message) =>
        simulator.feishu.messages().indexOf(message) >= before &&
        simulator.feishu.cardText(message).includes('[打开浏览器]'),
      60_000,
    );
    toCard.push(performance.now() - recognisedAt);
    await simulator.feishu.press(card.messageId, '这次跳过', { waitMs: 10_000 });
    await child.ended;
    simulator.clock.advance(dayMs);
  }
  rows.push([
    'challenge recognised, card delivered',
    `${median(toCard).toFixed(0)} ms`,
    'goal',
    '1000 ms',
    `${(median(toCard) / 1000).toFixed(2)} x`,
  ]);
} finally {
  await simulator.close();
  rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
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
