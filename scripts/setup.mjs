#!/usr/bin/env node
// Sets up a fresh clone and then runs the given command: demo, test, test:faults, test:consoles, check, install, build,
// check:challenges or bench. It runs before anything is installed, so it uses only Node's own modules and, from the
// build, the parts of keyturn that it needs.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { constants, homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const inRoot = (...parts) => path.join(root, ...parts);
const stateFolder = inRoot('.setup');
const isLinux = process.platform === 'linux';
const isRoot = process.getuid?.() === 0;
const startedAt = Date.now();

/** An error with a message for people, shown without a stack. */
const stop = (message, exitCode = 1) => Object.assign(new Error(message), { exitCode });

const say = (line) => process.stderr.write(`setup: ${line}\n`);

let running;
let wasInterrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    wasInterrupted = true;
    if (!running) process.exit(128 + constants.signals[signal]);
    // Ctrl-C in a terminal reaches the child by itself. A second signal would mean "at once" to the child.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) running.kill(signal);
  });
}

/**
 * Runs a program to its end and resolves to { code, output }; `code` is 127 when there is no such program. A step of the
 * set-up is quiet: its output is not printed, so that the caller can show it on failure, and a signal stops the set-up.
 */
async function run(command, args, { isQuiet = false, timeoutMs, env = process.env, cwd = root } = {}) {
  const stdio = isQuiet ? ['ignore', 'pipe', 'pipe'] : 'inherit';
  const child = spawn(command, args, { cwd, env, stdio, timeout: timeoutMs, killSignal: 'SIGKILL' });
  running = child;
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (output += data));
  const code = await new Promise((resolve) => {
    child.on('error', (error) => {
      output += error.message;
      resolve(127);
    });
    child.on('close', (exitCode, signal) => resolve(exitCode ?? 128 + constants.signals[signal]));
  });
  running = undefined;
  if (isQuiet && wasInterrupted) throw stop('stopped; run the same command again to go on', code || 130);
  return { code, output: output.trim() };
}

/** Runs the program of an installed package with the Node that runs this script. */
const runNode = (file, args, options) => run(process.execPath, [file, ...args], options);

const npm = (args, options) =>
  process.env.npm_execpath ? runNode(process.env.npm_execpath, args, options) : run('npm', args, options);

/** Tries to install something, and returns whether it worked. */
async function attempt(what, command, args) {
  say(`installing ${what}`);
  const { code, output } = await run(command, args, { isQuiet: true, timeoutMs: 15 * 60_000 });
  if (code !== 0) say(`that failed:\n${output.split('\n').slice(-5).join('\n')}`);
  return code === 0;
}

/** As {@link attempt}, as root, where apt-get does the work. Asks any other user before it uses sudo. */
async function attemptAsRoot(what, command, args) {
  if (!isLinux || !isInPath('apt-get')) return false;
  if (isRoot) return attempt(what, command, args);
  const line = ['sudo', command, ...args].map((word) => (/\s/.test(word) ? `'${word}'` : word)).join(' ');
  if (!process.stdin.isTTY || !isInPath('sudo')) {
    say(`only root can install ${what}; run: ${line}`);
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  terminal.on('SIGINT', () => process.exit(130));
  const answer = await terminal.question(`setup: only root can install ${what}. Run this now? ${line} [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim()) && attempt(what, 'sudo', [command, ...args]);
}

function aptInstall(what, packages) {
  const apt = 'DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120';
  const install = `${apt} update; ${apt} install -y --no-install-recommends ${packages.join(' ')}`;
  return attemptAsRoot(what, 'sh', ['-c', install]);
}

function isInPath(name) {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return folders.some((folder) => fs.existsSync(path.join(folder, name)));
}

/** Does the work unless it is done already, perhaps by another set-up in the meantime. */
async function once(isDone, work) {
  if (isDone()) return;
  fs.mkdirSync(stateFolder, { recursive: true });
  const lock = path.join(stateFolder, 'lock');
  const mine = fs.mkdtempSync(`${lock}-`);
  let isHeld = false;
  const release = () => {
    if (isHeld) fs.renameSync(lock, mine);
    isHeld = false;
    fs.rmSync(mine, { recursive: true, force: true });
  };
  process.on('exit', release);
  try {
    fs.writeFileSync(path.join(mine, 'pid'), String(process.pid));
    for (let tries = 0; !isHeld; tries += 1) {
      try {
        // A rename onto a folder that is not empty fails. So one set-up gets the lock, with its pid already in it.
        fs.renameSync(mine, lock);
        isHeld = true;
      } catch {
        if (isOfDeadProcess(lock)) fs.rmSync(lock, { recursive: true, force: true });
        else if (tries === 0) say('another set-up is at work; waiting for it');
        await delay(200);
      }
    }
    if (!isDone()) await work();
  } finally {
    release();
    process.off('exit', release);
  }
}

function isOfDeadProcess(lock) {
  try {
    process.kill(Number(fs.readFileSync(path.join(lock, 'pid'), 'utf8')), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

function requireNode() {
  const wanted = JSON.parse(fs.readFileSync(inRoot('package.json'), 'utf8')).engines.node.replace(/[^\d.]/g, '');
  const { node } = process.versions;
  if (node.localeCompare(wanted, 'en', { numeric: true }) >= 0) return;
  throw stop(`keyturn needs Node ${wanted} or newer, and this is ${node}: see https://nodejs.org/en/download`, 2);
}

/** Whether node_modules matches package-lock.json, according to the record that npm writes at the end of an install. */
function isInstalled() {
  try {
    const wanted = JSON.parse(fs.readFileSync(inRoot('package-lock.json'), 'utf8')).packages;
    const held = JSON.parse(fs.readFileSync(inRoot('node_modules/.package-lock.json'), 'utf8')).packages;
    return Object.entries(wanted).every(([place, { version, optional, peer }]) => {
      if (place === '') return true;
      return held[place] ? held[place].version === version : Boolean(optional || peer);
    });
  } catch {
    return false;
  }
}

async function install() {
  say('installing the dependencies (npm ci)');
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await npm(args, { isQuiet: true });
  if (code !== 0) throw stop(`npm ci failed (exit code ${code}):\n${output}`);
}

/** A hash of everything that the build reads. */
function buildHash() {
  const hash = createHash('sha256');
  const folders = ['src', 'tests/simulator', 'profiles'].filter((name) => fs.existsSync(inRoot(name)));
  const files = folders.flatMap((folder) =>
    fs.readdirSync(inRoot(folder), { recursive: true }).map((name) => path.join(folder, name)),
  );
  files.push('scripts/build.mjs', 'scripts/built.mjs', 'tsconfig.json', 'tsconfig.types.json', 'package.json');
  for (const file of [...files, 'package-lock.json'].sort()) {
    const stats = fs.statSync(inRoot(file), { throwIfNoEntry: false });
    if (stats?.isFile()) hash.update(`${file}\0`).update(fs.readFileSync(inRoot(file)));
  }
  return hash.digest('hex');
}

const isStamped = (file, stamp) => fs.existsSync(file) && fs.readFileSync(file, 'utf8') === stamp;
const isBuilt = () => fs.existsSync(path.join(stateFolder, 'modules')) && isStamped(inRoot('dist/.stamp'), buildHash());

/** Builds beside dist, so that a failed build leaves the last good one, and no program sees half a build. */
async function build() {
  say('building (esbuild, tsc)');
  const hash = buildHash();
  const fresh = inRoot('dist.new');
  const remove = (folder) => fs.rmSync(folder, { recursive: true, force: true });
  remove(fresh);
  try {
    const { code, output } = await runNode(inRoot('scripts/build.mjs'), [fresh], { isQuiet: true });
    if (code !== 0) throw stop(`the build failed:\n${output}`);
    fs.writeFileSync(path.join(fresh, '.stamp'), hash);
    remove(inRoot('dist'));
    fs.renameSync(fresh, inRoot('dist'));
  } finally {
    remove(fresh);
  }
}

const fromBuild = (file) => import(pathToFileURL(path.join(stateFolder, 'modules', file)).href);

const playwright = inRoot('node_modules/playwright/cli.js');

/** The ways to get a browser that starts, in the order in which they are tried. */
const waysToBrowser = [
  () => true,
  () => {
    const args = [playwright, 'install', '--no-shell', 'chromium'];
    return attempt("Playwright's Chromium (about 170 MB, once)", process.execPath, args);
  },
  (isAnyThere) =>
    isAnyThere && attemptAsRoot("the browser's libraries", process.execPath, [playwright, 'install-deps', 'chromium']),
  () => aptInstall('a browser', ['chromium', 'fonts-wqy-zenhei']),
];

/** Finds a browser that really starts, or installs one. The environment tells the command to use it. */
async function ensureBrowser() {
  const { findBrowser } = await fromBuild('src/browser/find-browser.js');
  let exclude = [];
  for (const way of waysToBrowser) {
    if (!(await way(exclude.length > 0))) continue;
    exclude = [];
    for (;;) {
      const executablePath = findBrowser({ env: process.env, exclude })?.executablePath;
      if (!executablePath) break;
      const problem = await startProblem(executablePath);
      const env = exclude.length > 0 ? { KEYTURN_BROWSER: executablePath } : {};
      if (problem === undefined) return { executablePath, env };
      say(`${executablePath} does not start: ${problem}`);
      if (process.env.KEYTURN_BROWSER) throw stop('the browser chosen with KEYTURN_BROWSER does not start', 2);
      exclude.push(executablePath);
    }
  }
  throw stop(
    'no browser that starts was found, and none could be installed from here.\n' +
      '       Install Google Chrome, Chromium or Edge, or run `npx playwright install --with-deps chromium`.',
    2,
  );
}

/**
 * Starts the browser on an empty page and returns the problem; undefined when it worked. A browser that worked is
 * tried again only after it has changed.
 */
async function startProblem(executablePath) {
  const { mtimeMs, size } = fs.statSync(executablePath);
  const stamp = [executablePath, mtimeMs, size, isRoot].join('\n');
  if (isStamped(path.join(stateFolder, 'browser'), stamp)) return undefined;
  say(`trying the browser (${executablePath})`);
  // Chromium from the snap store cannot access /tmp.
  const isSnap = executablePath.startsWith('/snap/');
  const parent = isSnap ? path.join(homedir(), 'snap/chromium/common') : tmpdir();
  fs.mkdirSync(parent, { recursive: true });
  const profile = fs.mkdtempSync(path.join(parent, 'keyturn-setup-'));
  try {
    const args = ['--headless=new', '--dump-dom', '--disable-gpu', '--no-first-run', `--user-data-dir=${profile}`];
    if (isRoot) args.push('--no-sandbox');
    const options = { isQuiet: true, timeoutMs: 45_000 };
    const { code, output } = await run(executablePath, [...args, 'about:blank'], options);
    if (code !== 0 || !/<html/i.test(output)) return output.split('\n')[0].slice(0, 200) || `exit code ${code}`;
    fs.writeFileSync(path.join(stateFolder, 'browser'), stamp);
    return undefined;
  } finally {
    fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function ensureDisplay() {
  if (!isLinux || process.env.DISPLAY || process.env.WAYLAND_DISPLAY) return 'a display';
  const { findXvfb } = await fromBuild('src/browser/display.js');
  if (!findXvfb(process.env)) await aptInstall('a private display', ['xvfb']);
  if (findXvfb(process.env)) return 'Xvfb';
  throw stop(
    'this machine has no display, and Xvfb, which stands in for one, could not be installed from here.\n' +
      '       Debian, Ubuntu: sudo apt-get install xvfb. Fedora: sudo dnf install xorg-x11-server-Xvfb.',
    2,
  );
}

/** Debian packages a Chromium without a window by itself, with which the tests take a fifth less time. */
async function ensureHeadlessShell(executablePath) {
  if (!isRoot || executablePath !== '/usr/bin/chromium' || isInPath('chromium-headless-shell')) return;
  await aptInstall('the headless browser of the tests', ['chromium-headless-shell']);
}

/** Resolves to the environment to run a command with. */
async function setUp(upTo = 'browser', isForTests = false) {
  requireNode();
  await once(isInstalled, install);
  const parts = ['dependencies'];
  if (upTo !== 'install') {
    await once(isBuilt, build);
    parts.push('build');
  }
  const browser = upTo === 'browser' ? await ensureBrowser() : undefined;
  if (browser && isForTests) await ensureHeadlessShell(browser.executablePath);
  if (browser) parts.push(browser.executablePath, await ensureDisplay());
  say(`ready: ${parts.join(', ')} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
  return { ...process.env, ...browser?.env };
}

/** Runs a program of an installed package and resolves to its exit code. */
const runPackage = async (file, args, env) => (await runNode(inRoot('node_modules', file), args, { env })).code;

async function test(args, env) {
  if (args.length === 0) {
    say('checking the types (tsc)');
    const code = await runPackage('typescript/bin/tsc', ['--noEmit', '-p', 'tsconfig.check.json'], env);
    if (code !== 0) return code;
  }
  const hasProject = args.some((arg) => arg.startsWith('--project'));
  // All projects but `consoles`, which needs servers.
  const projects = hasProject ? [] : ['unit', 'e2e', 'faults'].map((name) => `--project=${name}`);
  // Whoever names a test gets it, even if it is one of the long form (tests/support/long-form.ts).
  const left = args.length === 0 ? ['--grep-invert=@long'] : [];
  return runPackage('@playwright/test/cli.js', ['test', ...projects, ...left, ...args], env);
}

/** `args`: the names of consoles (default: all), then flags for the test runner. */
async function testConsoles(args, env) {
  const { consoles, isDebianRoot } = await import(pathToFileURL(inRoot('tests/consoles/set-up.mjs')).href);
  const known = Object.keys(consoles);
  const flagsFrom = [...args, '-'].findIndex((arg) => arg.startsWith('-'));
  const names = flagsFrom > 0 ? args.slice(0, flagsFrom) : known;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown) throw stop(`there is no console "${unknown}", only ${known.join(' and ')}`, 2);
  const tools = { run, npm, aptInstall, isInPath };
  for (const { title, isThere, obstacle, install } of names.map((name) => consoles[name])) {
    let problem = await obstacle(tools);
    if (!problem) {
      await once(isThere, async () => {
        say(`setting up ${title}`);
        problem = await install(tools);
        if (problem && isDebianRoot()) throw stop(`${title} could not be set up: ${problem}`);
      });
    }
    say(problem ? `the tests of ${title} are skipped: ${problem}` : `ready: ${title}`);
  }
  const files = names.map((name) => `tests/consoles/${name}.spec.ts`);
  return test(['--project=consoles', ...files, ...args.slice(flagsFrom)], env);
}

/** Runs every part, whatever the others find. */
async function check() {
  requireNode();
  await once(isInstalled, install);
  const results = [];
  for (const part of ['format:check', 'lint', 'types']) {
    results.push([part, (await npm(['--silent', 'run', part])).code]);
    if (wasInterrupted) return 130;
  }
  const tested = setUp('browser', true).then((env) =>
    test(['--reporter=list,./tests/support/closing-line-reporter.ts'], env),
  );
  results.push(['test', await tested.catch(report)]);
  for (const [part, code] of results) say(`${code === 0 ? 'ok    ' : 'FAILED'} ${part}`);
  return results.find(([, code]) => code !== 0)?.[1] ?? 0;
}

const script = (file) => async (args, env) => (await runNode(inRoot('scripts', file), args, { env })).code;

const commands = {
  demo: script('demo.mjs'),
  test,
  'test:long': (args, env) => test(['--grep=@long', ...args], env),
  'test:faults': (args, env) => test(['--project=faults', ...args], { ...env, FAULTS: 'long' }),
  'test:consoles': testConsoles,
  'check:challenges': script('check-challenges.mjs'),
  bench: script('bench.mjs'),
};

async function main([command, ...args]) {
  if (command === 'check') return check();
  if (Object.hasOwn(commands, command ?? '')) {
    // To print its arguments, a program needs a build, but not a fresh one.
    const isHelp = args.includes('--help') && fs.existsSync(inRoot('dist'));
    return commands[command](args, isHelp ? process.env : await setUp('browser', command.startsWith('test')));
  }
  if (command !== undefined && command !== 'install' && command !== 'build') {
    const known = [...Object.keys(commands), 'check', 'install', 'build'].join(', ');
    throw stop(`"${command}" is none of ${known}`, 2);
  }
  await setUp(command);
  return 0;
}

/** Prints an expected error, of this script or of keyturn, and returns its exit code. */
function report(error) {
  if (error.exitCode === undefined) throw error;
  say(error.hint ? `${error.message}\n       ${error.hint}` : error.message);
  return error.exitCode;
}

process.exitCode = await main(process.argv.slice(2)).catch(report);
