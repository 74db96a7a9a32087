// Measures one home with many accounts: nothing due, `status`, and every key due over HTTP; beside their baselines.
// This is a part of `npm run bench`. Alone: `npm run build && node scripts/bench-many.mjs`.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { built, root } from './built.mjs';

const { startSimulator } = await built('tests/simulator/simulator.js');
const { startKeyturn } = await built('tests/simulator/keyturn-child.js');
const { parseSecrets } = await built('src/store/import-secrets.js');
const { saveAccount } = await built('src/store/accounts.js');
const { writeCheckpoint } = await built('src/store/checkpoints.js');
const { writeKeyRecord } = await built('src/store/key-records.js');
const { writeSessionCheck } = await built('src/store/session-checks.js');

const accounts = 200;
const runs = 5;
const dayMs = 86_400_000;
const bin = path.join(root, 'dist', 'bin.js');
const home = mkdtempSync(path.join(tmpdir(), 'keyturn-bench-'));
const simulator = await startSimulator();
const { url: baseUrl, apiUrl } = simulator.console;

/** The records of an account whose key is fresh and whose session needs no check. */
async function addAccount(index) {
  const phone = String(15_200_000_000 + index);
  simulator.console.addOwner({ phone });
  const { cookieHeader, xsrf } = simulator.console.issueSession(phone);
  const now = simulator.clock.now();
  const at = (ms) => new Date(now + ms).toISOString();
  const name = `account-${String(index).padStart(3, '0')}`;
  const secrets = JSON.stringify({ name: '', cookie: cookieHeader, xsrf });
  const { checkpoint } = parseSecrets(secrets, 'secrets.json', { baseUrl, now: () => now });
  const config = { version: 1, name, site: 'iflow', baseUrl, probeUrl: apiUrl, enabled: true, method: 'auto' };
  const paths = await saveAccount(home, { ...config, createdAt: at(0) });
  const key = simulator.console.rotateElsewhere(phone);
  const current = { key, obtainedAt: at(0), obtainedBy: 'http', expiresAt: at(7 * dayMs), runId: 'bench' };
  await writeKeyRecord(paths, { version: 1, current, previous: [] });
  await writeCheckpoint(paths, checkpoint);
  await writeSessionCheck(paths, { version: 1, at: at(0), nextAt: at(20 * dayMs), outcome: 'alive', aliveAt: at(0) });
  return { cookie: cookieHeader, xsrf };
}

/** The smallest program with the same requests, four at a time, as keyturn. */
const bareScript = `
const { BASE, PROBE, SESSIONS } = process.env;
const sessions = JSON.parse(SESSIONS);
async function renew({ cookie, xsrf }) {
  const headers = { cookie, 'x-xsrf-token': xsrf, 'content-type': 'application/json', referer: BASE + '/profile?tab=apiKey', accept: 'application/json' };
  const call = async (method, body) => (await fetch(BASE + '/api/openapi/apikey', { method, body, headers })).json();
  const { name } = (await call('GET')).data;
  const { apiKey } = (await call('POST', JSON.stringify({ name }))).data;
  await (await fetch(PROBE + '/v1/models', { headers: { authorization: 'Bearer ' + apiKey } })).text();
}
await Promise.all(Array.from({ length: 4 }, async () => { while (sessions.length) await renew(sessions.pop()); }));
`;

function bare(args, env = {}) {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(performance.now() - startedAt) : reject(new Error(`node ended with ${code}`)),
    );
  });
}
const node = () => bare(['-e', '0']);

const noFeishu = { FEISHU_APP_ID: '', FEISHU_APP_SECRET: '', FEISHU_RECEIVER: '' };
async function cli(...args) {
  const run = await startKeyturn(args, { bin, home, simulator, env: noFeishu }).ended;
  if (run.exitCode !== 0) throw new Error(`keyturn ${args.join(' ')} ended with ${run.exitCode}:\n${run.stderr}`);
  return run.tookMs;
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Runs both in turn, so that a slow moment of the machine affects both. */
async function compare(name, baselineName, baseline, ours, times = runs) {
  await ours();
  const pairs = [];
  for (let run = 0; run < times; run += 1) pairs.push([await baseline(), await ours()]);
  const shown = [0, 1].map((at) => `${median(pairs.map((pair) => pair[at])).toFixed(0)} ms`);
  const ratio = median(pairs.map(([base, our]) => our / base));
  console.log(`${name}: ${shown[1]}; ${baselineName}: ${shown[0]}; ${ratio.toFixed(2)} x`);
}

try {
  const sessions = [];
  for (let index = 0; index < accounts; index += 1) sessions.push(await addAccount(index));
  const env = { BASE: baseUrl, PROBE: apiUrl, SESSIONS: JSON.stringify(sessions) };
  const many = `${accounts} accounts`;
  await compare(`${many}, nothing due`, 'node -e 0', node, () => cli('refresh'));
  await compare(`${many}, status`, 'node -e 0', node, () => cli('status'));
  const renewAll = () => {
    simulator.clock.advance(5 * dayMs);
    return cli('refresh', '--quiet');
  };
  const renewBare = () => bare(['--input-type=module', '--eval', bareScript], env);
  await compare(`${many}, all due over HTTP`, 'bare Node script, same requests', renewBare, renewAll, 3);
} finally {
  await simulator.close();
  rmSync(home, { recursive: true, force: true });
}
