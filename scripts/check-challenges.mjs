#!/usr/bin/env node
// Checks the recogniser against labelled pages: npm run check:challenges -- [DIR...] [--verbose]
// A DIR has index.json ({file, label, accept?, http?, settle_ms?, slug?}[]) and the pages. Prints the confusion
// table, every miss, recall and cost; exits 1 below the bounds. Each page is checked once after it has settled, so
// a check that would pass by itself is not waited for. A page that only looks broken (error) may be read as none.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { chromium } from 'playwright';
import { built, root } from './built.mjs';
import { scriptArguments } from './script-arguments.mjs';

const { findBrowser } = await built('src/browser/find-browser.js');
const { recognise } = await built('src/site/challenge/recognise.js');
const { watchResponses } = await built('src/site/challenge/watch-responses.js');

const bounds = { recall: 0.97, falseAlarms: 0.01, medianMs: 50 };
const labels = ['captcha', 'login', '2fa', 'overlay', 'rate_limited', 'maintenance', 'error', 'none'];
const needPerson = new Set(['captcha', 'login', '2fa']);
const usualUrl = 'https://console.example.test/profile';

const {
  values: { verbose },
  positionals: named,
} = scriptArguments('check:challenges', {
  options: { verbose: { type: 'boolean', default: false } },
  words: '[DIR...]',
});
const folders =
  named.length > 0
    ? named.map((folder) => resolve(folder))
    : [join(root, 'tests/challenge-pages'), resolve(root, '../shared/challenge-pages')].filter((folder) =>
        existsSync(join(folder, 'index.json')),
      );

async function look(context, folder, entry) {
  const page = await context.newPage();
  try {
    const html = readFileSync(join(folder, entry.file), 'utf8');
    const url = entry.http?.url ?? usualUrl;
    await page.route('**/*', (route) =>
      route.request().isNavigationRequest() && route.request().frame() === page.mainFrame()
        ? route.fulfill({
            status: entry.http?.status ?? 200,
            headers: { 'content-type': 'text/html; charset=utf-8', ...entry.http?.headers },
            body: html,
          })
        : route.abort(),
    );
    const responses = watchResponses(page);
    await page.goto(url, { waitUntil: 'load' });
    // The delay of the page itself is part of the sample, not of the measured cost.
    await page.waitForTimeout((entry.settle_ms ?? 0) + 50);
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    const startedAt = performance.now();
    const verdict = await recognise(page, { responses: responses.clues });
    return { verdict, ms: performance.now() - startedAt };
  } finally {
    await page.close();
  }
}

const median = (values, share = 0.5) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? 0;
const percent = (part, whole) => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} % (${part}/${whole})`);

function report(folder, results) {
  console.log(`\n${folder}: ${results.length} pages\n`);
  const width = 13;
  console.log(['expected \\ got', ...labels].map((cell) => cell.padEnd(width)).join(''));
  for (const expected of labels) {
    const row = results.filter((result) => result.entry.label === expected);
    const cells = labels.map((got) => row.filter((result) => result.verdict.label === got).length || '.');
    if (row.length > 0)
      console.log(
        [expected, ...cells].map((cell) => String(cell).padEnd(width + (cell === expected ? 2 : 0))).join(''),
      );
  }
  console.log('');
  for (const { entry, verdict, right } of results.filter((result) => verbose || !result.right)) {
    const evidence = verdict.evidence.join('; ') || 'no evidence';
    console.log(
      `${right ? 'ok  ' : 'MISS'} ${entry.file} (${entry.slug ?? entry.note ?? ''}): expected ${entry.label}, got ${verdict.label} [${verdict.vendor}, ${verdict.where}] ${evidence}`,
    );
  }
  const settled = results.filter((result) => !result.entry.accept);
  for (const label of labels) {
    const row = settled.filter((result) => result.entry.label === label);
    if (row.length > 0)
      console.log(`${label.padEnd(14)} ${percent(row.filter((result) => result.right).length, row.length)}`);
  }
  const wanted = settled.filter((result) => needPerson.has(result.entry.label));
  const none = settled.filter((result) => result.entry.label === 'none');
  const others = settled.filter((result) => !needPerson.has(result.entry.label) && result.entry.label !== 'none');
  const found = wanted.filter((result) => result.right).length;
  const alarms = none.filter((result) => result.verdict.label !== 'none').length;
  const calledChallenge = others.filter((result) => needPerson.has(result.verdict.label)).length;
  const costs = none.map((result) => result.ms);
  console.log(`\nneeds a person, right kind   ${percent(found, wanted.length)}`);
  console.log(`false alarms among none      ${percent(alarms, none.length)}`);
  console.log(`outages called challenges    ${percent(calledChallenge, others.length)}`);
  console.log(
    `cost on a normal page        median ${median(costs).toFixed(1)} ms, p95 ${median(costs, 0.95).toFixed(1)} ms`,
  );
  console.log(
    `contested pages accepted     ${percent(results.filter((result) => result.entry.accept && result.right).length, results.length - settled.length)}`,
  );
  return (
    found >= bounds.recall * wanted.length &&
    alarms <= Math.max(bounds.falseAlarms * none.length, 0) &&
    calledChallenge === 0 &&
    median(costs) < bounds.medianMs
  );
}

if (folders.length === 0) {
  console.error('No folder with labelled pages: give one that holds index.json.');
  process.exitCode = 2;
} else {
  const found = await findBrowser({ env: process.env });
  const browser = await chromium.launch({
    executablePath: found?.executablePath,
    chromiumSandbox: process.getuid?.() !== 0,
  });
  try {
    let good = true;
    for (const folder of folders) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
      const results = [];
      for (const entry of JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'))) {
        const { verdict, ms } = await look(context, folder, entry);
        const accepted = [entry.label, ...(entry.accept ?? []), ...(entry.label === 'error' ? ['none'] : [])];
        const right = accepted.includes(verdict.label);
        results.push({ entry, verdict, ms, right });
      }
      await context.close();
      good = report(folder, results) && good;
    }
    if (!good) process.exitCode = 1;
  } finally {
    await browser.close();
  }
}
