// Runs `keyturn watch` with many accounts for many simulated weeks, many times faster than real time. Checks that
// all keys are always good and that the process does not grow. Prints a table, and exits 1 on any violation. Run it
// with `npm run soak` (which builds first); `npm run soak -- --weeks 3 --accounts 5` is a shorter run.
import { createServer } from 'node:http';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { built, builtFile } from './built.mjs';
import { scriptArguments } from './script-arguments.mjs';

const { startSimulator } = await built('tests/simulator/simulator.js');
const { startKeyturn } = await built('tests/simulator/keyturn-child.js');
const { SimulatedClock } = await built('tests/simulator/clock.js');
const { SeededRandom } = await built('tests/simulator/random.js');
const { fastClockEnv, fastNow } = await built('tests/simulator/fast-clock.js');

const { values } = scriptArguments('soak', {
  options: {
    rate: { type: 'string', default: '1000' },
    weeks: { type: 'string', default: '10' },
    accounts: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
  },
});
const [rate, weeks, accountCount] = [Number(values.rate), Number(values.weeks), Number(values.accounts)];
if (![rate, weeks, accountCount].every((number) => number > 0))
  throw new Error('--rate, --weeks and --accounts are numbers above 0');

const firstKeysMs = 15 * 60_000;
const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];
const random = new SeededRandom(Number(values.seed));
const chance = () => random.next();
const wholeNumber = (from, to) => from + Math.floor(chance() * (to - from + 1));
const between = (from, to) => from + chance() * (to - from);
const fast = { startedAt: Date.now(), rate };
const clock = new SimulatedClock({ realNow: () => fastNow(fast) });
const now = () => clock.now();
const endsAt = now() + weeks * 7 * dayMs;

const scratch = mkdtempSync(path.join(tmpdir(), 'keyturn-soak-'));
const home = path.join(scratch, 'home');
// The command line with the fast clock. The processes that the watch starts use it, too.
const bin = builtFile('tests/simulator/keyturn.js');
mkdirSync(home, { mode: 0o700 });

const simulator = await startSimulator({ clock, seed: Number(values.seed) });
const { console: site, feishu } = simulator;
// As at a site with a sliding token: each answer brings a new one, and the one before is refused.
site.weather.set({ xsrfRotates: true });
let heartbeats = 0;
const uptime = createServer((_request, response) => {
  heartbeats += 1;
  response.end('ok');
});
await new Promise((resolve) => uptime.listen(0, '127.0.0.1', resolve));
writeFileSync(
  path.join(home, 'settings.json'),
  JSON.stringify({ watch: { heartbeatUrl: `http://127.0.0.1:${uptime.address().port}/ping` } }),
  { mode: 0o600 },
);

const figures = { signIns: 0, sessionDeaths: 0, faults: 0, presses: {}, looks: 0, worstGapMs: 0 };
const violations = [];
const violate = (what) => {
  const text = `day ${((now() - fast.startedAt) / dayMs).toFixed(2)}: ${what}`;
  violations.push(text);
  process.stderr.write(`VIOLATION ${text}\n`);
};
const cliEnv = {
  ...fastClockEnv(fast),
  NO_COLOR: '1',
  FORCE_COLOR: undefined,
  TZ: 'Asia/Shanghai',
  DISPLAY: undefined,
  WAYLAND_DISPLAY: undefined,
};
const start = (args, onLine) =>
  startKeyturn(args, { bin, home, simulator: { clock: { offsetMs: 0 }, feishu }, env: cliEnv, onLine });
const cli = (...args) => start(args).ended;
/** Lines that no run may ever print. */
const isCrash = (line) =>
  /unhandled|^\s+at .+:\d+:\d+|(?:Type|Reference|Range|Syntax)Error|MaxListeners|KT001/i.test(line);

// ---- the accounts and their owner -------------------------------------------------------------------------------

const accounts = Array.from({ length: accountCount }, (_, index) => {
  const number = String(index + 1).padStart(2, '0');
  return { name: `soak-${number}`, phone: `151000012${number}`, sessionDiesAt: Infinity, isSigningIn: false };
});
const folderOf = (account) => path.join(home, 'accounts', account.name);

async function importCookies(account, ...flags) {
  const { cookieHeader, xsrf } = site.issueSession(account.phone);
  const file = path.join(scratch, `${account.name}.json`);
  writeFileSync(file, JSON.stringify({ name: '', cookie: cookieHeader, xsrf }), { mode: 0o600 });
  const run = await cli('account', 'import', file, '--name', account.name, ...flags);
  rmSync(file);
  if (run.exitCode === 0) account.sessionDiesAt = now() + between(9, 25) * dayMs;
  return run;
}

async function addAll() {
  const queue = [...accounts];
  const worker = async () => {
    for (let account = queue.shift(); account; account = queue.shift()) {
      site.addOwner({ phone: account.phone });
      const run = await importCookies(account, '--base-url', site.url, '--probe-url', site.apiUrl, '--method', 'http');
      if (run.exitCode !== 0) throw new Error(`an account could not be added:\n${run.stderr}`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

/** The owner signs in with their own browser, imports the cookies and has the key renewed. */
async function signIn(account) {
  account.isSigningIn = true;
  try {
    for (let tries = 0; tries < 10; tries += 1) {
      const run = await importCookies(account, '--update');
      if (run.exitCode === 4) {
        await sleep(500);
        continue;
      }
      if (run.exitCode !== 0)
        return violate(`account import --update ended with ${run.exitCode}: ${run.stderr.trim()}`);
      figures.signIns += 1;
      const refreshed = await cli('refresh', account.name);
      for (const line of refreshed.stderr.split('\n')) if (isCrash(line)) violate(`refresh printed: ${line}`);
      return;
    }
    violate(`${account.name} was held for ten tries to sign in`);
  } finally {
    account.isSigningIn = false;
  }
}

const labels = { snooze: '1 小时后提醒', decline: '这次跳过' };
const seenCards = new Map();
const acts = [];

/** Reads the chat and decides once for each card what the owner does. */
function readChat() {
  for (const message of feishu.messages()) {
    if (message.msgType !== 'interactive' || seenCards.has(message.messageId)) continue;
    const text = feishu.cardText(message);
    const name = /soak-\d+/.exec(text)?.[0];
    seenCards.set(message.messageId, name);
    const account = accounts.find((each) => each.name === name);
    if (!account || !text.includes(`[${labels.snooze}]`)) continue;
    const leftMs = Date.parse(site.truth(account.phone).expiresAt ?? '') - now();
    const luck = chance();
    // Even a busy owner does not let the key die.
    const act =
      leftMs < 36 * hourMs || luck < 0.5
        ? 'sign-in'
        : luck < 0.7
          ? 'snooze'
          : luck < 0.8
            ? 'decline'
            : luck < 0.9
              ? 'say'
              : 'ignore';
    figures.presses[act] = (figures.presses[act] ?? 0) + 1;
    acts.push({
      at: now() + between(10 * minuteMs, act === 'sign-in' ? Math.min(12 * hourMs, leftMs / 4) : hourMs),
      act,
      account,
      message,
    });
  }
}

async function doActs() {
  for (const due of acts.filter((each) => each.at <= now())) {
    acts.splice(acts.indexOf(due), 1);
    const { act, account, message } = due;
    if (act === 'sign-in') {
      if (!account.isSigningIn) void signIn(account).catch((error) => violate(`signing in: ${error.stack}`));
    } else if (act === 'say') {
      await feishu.say('跳过', { parentId: message.messageId, waitMs: 30_000 });
    } else if (act !== 'ignore' && feishu.cardText(message).includes(`[${labels[act]}]`)) {
      const { acked, personSees } = await feishu.press(message.messageId, labels[act], { waitMs: 30_000 });
      if (!acked || personSees !== undefined)
        violate(`a press on ${labels[act]} was not answered (${personSees ?? 'no answer'})`);
    }
  }
}

/** Ends sessions and causes faults in the network and at the site. */
function weather() {
  for (const account of accounts) {
    if (now() < account.sessionDiesAt) continue;
    account.sessionDiesAt = Infinity;
    figures.sessionDeaths += site.expireSessions(account.phone);
  }
  if (now() < nextFaultAt) return;
  nextFaultAt = now() + between(6, 36) * hourMs;
  const fault = ['status500', 'status429', 'overloaded', 'nonJson', 'dropAnswerAfterRotate', 'dropConnections'][
    wholeNumber(0, 5)
  ];
  figures.faults += 1;
  if (fault === 'dropConnections') feishu.dropConnections();
  else site.weather.set({ [fault]: { next: fault === 'dropAnswerAfterRotate' ? 1 : wholeNumber(1, 3) } });
}
let nextFaultAt = now() + dayMs;

// ---- the checks -------------------------------------------------------------------------------------------------

const readText = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};
const procOf = (pid, name) => readText(`/proc/${pid}/${name}`) ?? '';

/**
 * Checks that every key on disk is valid and is the one that the console has. Between a rotation and the
 * publication of its key, the run may still be at work.
 */
function lookAtKeys() {
  figures.looks += 1;
  for (const account of accounts) {
    const record = readText(path.join(folderOf(account), 'key.json'));
    const key = record === undefined ? undefined : JSON.parse(record).current?.key;
    const truth = site.truth(account.phone);
    const isGood = key !== undefined && key === truth.currentKey && Date.parse(truth.expiresAt) > now();
    if (isGood) {
      if (account.badSince !== undefined)
        figures.worstGapMs = Math.max(figures.worstGapMs, Date.now() - account.badSince);
      account.badSince = undefined;
      account.hadKey = true;
      account.isTold = false;
      continue;
    }
    // The first key is made while the machine is busy. After that, no key may ever be missing.
    if (!account.hadKey && Date.now() - fast.startedAt < firstKeysMs) continue;
    account.badSince ??= Date.now();
    const isAtWork = ['run.lock', 'rotation.json'].some(
      (file) => readText(path.join(folderOf(account), file)) !== undefined,
    );
    const isLate = Date.now() - account.badSince > (isAtWork ? 90_000 : 3000);
    if ((isLate || Date.parse(truth.expiresAt ?? '') <= now()) && !account.isTold) {
      account.isTold = true;
      violate(
        `${account.name}: the key on disk is ${key === truth.currentKey ? 'expired' : 'not the one the console knows'}`,
      );
    }
  }
}

const samples = [];
function sample(pid) {
  const status = procOf(pid, 'status');
  const number = (name) => Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1] ?? NaN);
  let fds = NaN;
  try {
    fds = readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    // The process has just ended, which is noticed elsewhere.
  }
  const zombies = zombiesOf(pid);
  for (const zombie of zombies) if (samples.at(-1)?.zombies.includes(zombie)) violate(`process ${zombie} is a zombie`);
  samples.push({ at: now(), rssKb: number('VmRSS'), threads: number('Threads'), fds, zombies });
}

function zombiesOf(parent) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const fields = procOf(pid, 'stat')
        .replace(/^.*\) /s, '')
        .split(' ');
      return fields[0] === 'Z' && fields[1] === String(parent);
    });
}

function processesOfHome() {
  return readdirSync('/proc').filter(
    (pid) =>
      /^\d+$/.test(pid) && Number(pid) !== process.pid && procOf(pid, 'environ').includes(`KEYTURN_HOME=${home}`),
  );
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
const quarter = (which, field, middle = median) => {
  // The first tenth is the warm-up.
  const steady = samples.slice(Math.floor(samples.length / 10));
  const size = Math.floor(steady.length / 4);
  return middle((which === 'first' ? steady.slice(0, size) : steady.slice(-size)).map((each) => each[field]));
};

function historyOf(account) {
  const text = readText(path.join(folderOf(account), 'history.jsonl')) ?? '';
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

function folderBytes(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
}

// ---- the run ----------------------------------------------------------------------------------------------------

process.stderr.write(
  `soak: ${accountCount} accounts, ${weeks} weeks at ${rate} x, seed ${values.seed}, in ${scratch}\n`,
);
await addAll();
const lastLines = [];
const watch = start(['watch'], (line) => {
  lastLines.push(line);
  if (lastLines.length > 200) lastLines.shift();
  if (isCrash(line)) violate(`the watch printed: ${line}`);
});
let ended;
void watch.ended.then((run) => (ended = run));
let wantsEnd = false;
process.on('SIGINT', () => (wantsEnd = true));
process.on('SIGTERM', () => (wantsEnd = true));
const watchBeganAt = Date.now();
let toldDay = 0;
let sampledAt = 0;
while (now() < endsAt && !ended && !wantsEnd) {
  weather();
  readChat();
  await doActs();
  lookAtKeys();
  if (Date.now() - sampledAt > Math.min(5000, (weeks * 7 * dayMs) / rate / 200)) {
    sampledAt = Date.now();
    sample(watch.process.pid);
  }
  const day = Math.floor((now() - fast.startedAt) / dayMs);
  if (day >= toldDay + 2) {
    toldDay = day;
    const { rssKb, fds } = samples.at(-1);
    const rotations = accounts.reduce((sum, { phone }) => sum + site.truth(phone).rotations, 0);
    process.stderr.write(
      `day ${day}: ${rotations} rotations, ${figures.signIns} sign-ins, ${Math.round(rssKb / 1024)} MB, ${fds} files open, ${violations.length} violations\n`,
    );
  }
  await sleep(150);
}
const cpuTicks = procOf(watch.process.pid, 'stat')
  .replace(/^.*\) /s, '')
  .split(' ')
  .slice(11, 13)
  .reduce((a, b) => a + Number(b), 0);
const realMinutes = (Date.now() - watchBeganAt) / 60_000;
const simulatedDays = (now() - fast.startedAt) / dayMs;
if (ended) violate(`the watch ended by itself (${ended.exitCode ?? ended.signal}): ${lastLines.slice(-20).join('\n')}`);
if (wantsEnd) violate('interrupted before its time');
while (accounts.some((account) => account.isSigningIn)) await sleep(100);
const stoppedAt = Date.now();
if (!ended) watch.process.kill('SIGTERM');
const run = await watch.ended;
const endMs = Date.now() - stoppedAt;
if (!ended && run.exitCode !== 0) violate(`the watch ended with ${run.exitCode ?? run.signal}`);
if (!ended && endMs > 5000) violate(`the watch took ${endMs} ms to end`);
await sleep(500);
const left = processesOfHome();
if (left.length > 0) violate(`${left.length} processes were left behind`);

const histories = accounts.map(historyOf);
const count = (event) => histories.flat().filter((each) => each.event === event).length;
const logText = readdirSync(path.join(home, 'logs'))
  .map((file) => readText(path.join(home, 'logs', file)))
  .join('');
for (const line of logText.split('\n'))
  if (/unhandled|TypeError|ReferenceError|RangeError|ended by a bug/.test(line))
    violate(`the log says: ${line.slice(0, 300)}`);
const truths = accounts.map(({ phone }) => site.truth(phone));
const rotations = truths.reduce((sum, truth) => sum + truth.rotations, 0);
const everyDays = (simulatedDays * accountCount) / rotations;
const memory = [quarter('first', 'rssKb') / 1024, quarter('last', 'rssKb') / 1024];
// Renewals that are running have files open, and a busy machine runs more of them at once. A leaked file stays open
// for good, so compare the minimum.
const least = (numbers) => Math.min(...numbers.filter(Number.isFinite));
const files = [quarter('first', 'fds', least), quarter('last', 'fds', least)];
const threads = [quarter('first', 'threads'), quarter('last', 'threads')];
if (memory[1] > memory[0] * 1.1 + 5) violate(`memory grew from ${memory[0].toFixed(0)} to ${memory[1].toFixed(0)} MB`);
if (files[1] > files[0] + 2) violate(`open files grew from ${files[0]} to ${files[1]}`);
if (threads[1] > threads[0] + 1) violate(`threads grew from ${threads[0]} to ${threads[1]}`);

const rows = [
  [
    'accounts, simulated days, rate',
    `${accountCount}, ${simulatedDays.toFixed(1)}, ${rate} x (${realMinutes.toFixed(1)} min)`,
  ],
  ['rotations at the console', `${rotations}, one per account and ${everyDays.toFixed(2)} days`],
  ['keys published, refused', `${count('key-published')}, ${count('key-refused')}`],
  ['looks at all keys', figures.looks],
  ['longest time between a rotation and its key on disk', `${figures.worstGapMs} ms`],
  ['sessions ended by the site', figures.sessionDeaths],
  ['questions, answers', `${count('question')}, ${count('answer')}`],
  [
    'what the owner did',
    Object.entries(figures.presses)
      .map(([act, times]) => `${act} ${times}`)
      .join(', '),
  ],
  ['sign-ins', figures.signIns],
  ['faults at the site and cut connections', figures.faults],
  ['messages in the chat, heartbeats', `${feishu.messages().length}, ${heartbeats}`],
  ['long connections made', feishu.connectionsMade()],
  [
    'memory of the watch, first and last quarter',
    `${memory.map((mb) => mb.toFixed(1)).join(' → ')} MB (most ${(Math.max(...samples.map((each) => each.rssKb || 0)) / 1024).toFixed(0)} MB)`,
  ],
  [
    'open files when the fewest were, first and last quarter',
    `${files.join(' → ')} (most ${Math.max(...samples.map((each) => each.fds || 0))})`,
  ],
  ['threads, first and last quarter', threads.join(' → ')],
  ['processor time of the watch', `${(cpuTicks / 100).toFixed(0)} s`],
  ['zombies, processes left behind', `${violations.filter((each) => each.includes('zombie')).length}, ${left.length}`],
  ['time to end', `${endMs} ms`],
  ['state folder', `${(folderBytes(home) / 1024 / 1024).toFixed(1)} MB`],
  ['violations', violations.length],
];
const width = Math.max(...rows.map(([name]) => name.length));
process.stdout.write(`${rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n')}\n`);
for (const each of violations.slice(0, 50)) process.stdout.write(`VIOLATION ${each}\n`);
uptime.closeAllConnections();
uptime.close();
await simulator.close();
if (values.keep) process.stderr.write(`kept: ${scratch}\n`);
else rmSync(scratch, { recursive: true, force: true });
process.exitCode = violations.length > 0 ? 1 : 0;
