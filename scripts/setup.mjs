#!/usr/bin/env node
// Sets up a fresh clone and then runs the given command: demo, test, test:consoles, check, install, build,
// check:challenges or bench. It runs before anything is installed, so it uses only Node's own modules and, from the
// build, the parts of keyturn that it needs.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const inRoot = (...parts) => path.join(root, ...parts);
const stateFolder = inRoot('.setup');
const isLinux = process.platform === 'linux';
const isRoot = process.getuid?.() === 0;
const startedAt = Date.now();

/** Stops with a message for people, without a stack. */
class Stop extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

const say = (line) => process.stderr.write(`setup: ${line}\n`);

// ---- running other programs -------------------------------------------------------------------------------------

let running;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    // Ctrl-C in a terminal reaches the child by itself. A second signal would mean "at once" to the child.
    const isTypedHere = signal === 'SIGINT' && process.stdin.isTTY;
    if (running && !isTypedHere) running.kill(signal);
    if (!running) {
      releaseLock();
      process.exit(128 + { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 }[signal]);
    }
    wasInterrupted = true;
  });
}
let wasInterrupted = false;

/**
 * Runs a program to its end and resolves to { code, output }. With `isQuiet`, the output is not printed, so that
 * the caller can show it on failure. `code` is 128 + n for a signal, 127 when there is no such program.
 */
function run(command, args, { isQuiet = false, timeoutMs, env = process.env, cwd = root, stdin = 'ignore' } = {}) {
  return new Promise((resolve) => {
    const isShell = process.platform === 'win32' && command.endsWith('.cmd');
    const stdio = isQuiet ? ['ignore', 'pipe', 'pipe'] : [stdin, 'inherit', 'inherit'];
    // A program with a deadline gets a process group of its own, so that its children are killed with it.
    const child = spawn(command, args, { cwd, env, stdio, shell: isShell, detached: Boolean(timeoutMs) && !isShell });
    running = child;
    let output = '';
    child.stdout?.on('data', (data) => (output += data));
    child.stderr?.on('data', (data) => (output += data));
    const kill = () => {
      output += `\n(no end after ${Math.round(timeoutMs / 1000)} s)`;
      try {
        process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
      } catch {
        child.kill('SIGKILL');
      }
    };
    const timer = timeoutMs && setTimeout(kill, timeoutMs);
    const end = (code) => {
      clearTimeout(timer);
      running = undefined;
      resolve({ code, output: output.trim() });
    };
    child.on('error', (error) => {
      output += error.message;
      end(127);
    });
    child.on('close', (code, signal) =>
      end(code ?? 128 + ({ SIGINT: 2, SIGKILL: 9, SIGTERM: 15, SIGHUP: 1 }[signal] ?? 0)),
    );
  });
}

/** Runs the program of an installed package with the Node that runs this script. */
const runNode = (file, args, options) => run(process.execPath, [file, ...args], options);

function npm(args, options) {
  const program = process.env.npm_execpath;
  return program
    ? runNode(program, args, options)
    : run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, options);
}

function requireGoOn(code) {
  if (wasInterrupted) throw new Stop('stopped; run the same command again to go on', code || 130);
}

// ---- one set-up at a time ---------------------------------------------------------------------------------------

let holdsLock = false;
const lockFolder = path.join(stateFolder, 'lock');

function releaseLock() {
  if (holdsLock) rmSync(lockFolder, { recursive: true, force: true });
  holdsLock = false;
}

/** Takes the lock and does the work unless it is done already, perhaps by another set-up in the meantime. */
async function once(isDone, work) {
  if (isDone()) return;
  await takeLock();
  try {
    if (!isDone()) await work();
  } finally {
    releaseLock();
  }
}

async function takeLock() {
  mkdirSync(stateFolder, { recursive: true });
  const mine = mkdtempSync(path.join(stateFolder, 'lock-'));
  writeFileSync(path.join(mine, 'pid'), String(process.pid));
  for (let isFirst = true; ; isFirst = false) {
    try {
      // A rename onto a folder that is not empty fails. So the first set-up gets the lock, with its pid already in it.
      renameSync(mine, lockFolder);
      holdsLock = true;
      return;
    } catch {
      const holder = lockHolder();
      if (holder === undefined || !isAlive(holder)) {
        breakLock(holder);
        continue;
      }
      if (isFirst) say(`another set-up is at work (process ${holder}); waiting for it`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    if (wasInterrupted) {
      rmSync(mine, { recursive: true, force: true });
      requireGoOn();
    }
  }
}

function lockHolder() {
  try {
    return Number(readFileSync(path.join(lockFolder, 'pid'), 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

/** Removes the lock of a dead process. If it turns out to be the fresh lock of another process, puts it back. */
function breakLock(holder) {
  const grave = path.join(stateFolder, `dead-${process.pid}-${Date.now()}`);
  try {
    renameSync(lockFolder, grave);
    const moved = Number(readFileSync(path.join(grave, 'pid'), 'utf8'));
    if (moved !== holder && isAlive(moved)) renameSync(grave, lockFolder);
    else rmSync(grave, { recursive: true, force: true });
  } catch {
    // Another process was faster.
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

// ---- the steps --------------------------------------------------------------------------------------------------

function requireNode() {
  const wanted = JSON.parse(readFileSync(inRoot('package.json'), 'utf8')).engines.node.replace(/[^\d.]/g, '');
  const [needMajor, needMinor] = wanted.split('.').map(Number);
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return;
  throw new Stop(
    `keyturn needs Node ${wanted} or newer, and this is ${process.versions.node}: see https://nodejs.org/en/download`,
    2,
  );
}

/** Whether node_modules matches package-lock.json, according to the record that npm writes at the end of an install. */
function isInstalled() {
  try {
    const wanted = JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8')).packages;
    const held = JSON.parse(readFileSync(inRoot('node_modules/.package-lock.json'), 'utf8')).packages;
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
  requireGoOn(code);
  if (code !== 0) throw new Stop(`npm ci failed (exit code ${code}):\n${output}`);
}

/** Every file below a folder, in a fixed order. */
function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((item) => (item.isDirectory() ? filesIn(path.join(folder, item.name)) : [path.join(folder, item.name)]));
}

function hashOf(places) {
  const hash = createHash('sha256');
  for (const place of places.map((name) => inRoot(name)).filter((file) => existsSync(file))) {
    for (const file of statSync(place).isDirectory() ? filesIn(place) : [place]) {
      hash.update(path.relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
    }
  }
  return hash.digest('hex');
}

const isStamped = (file, hash) => existsSync(file) && readFileSync(file, 'utf8') === hash;

const buildHash = () =>
  hashOf([
    ...['src', 'tests/simulator', 'profiles', 'scripts/build.mjs', 'scripts/built.mjs'],
    ...['tsconfig.json', 'tsconfig.types.json', 'package.json', 'package-lock.json'],
  ]);
const isBuilt = () => existsSync(path.join(stateFolder, 'modules')) && isStamped(inRoot('dist/.stamp'), buildHash());

/**
 * Builds beside dist and then swaps the folders. A failed build leaves the last good one, and a running program
 * never sees half a build.
 */
async function build() {
  say('building (esbuild, tsc)');
  const hash = buildHash();
  const fresh = inRoot('dist.new');
  const old = inRoot('dist.old');
  for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true });
  try {
    const { code, output } = await runNode(inRoot('scripts/build.mjs'), [fresh], { isQuiet: true });
    requireGoOn(code);
    if (code !== 0) throw new Stop(`the build failed:\n${output}`);
    writeFileSync(path.join(fresh, '.stamp'), hash);
    if (existsSync(inRoot('dist'))) renameSync(inRoot('dist'), old);
    renameSync(fresh, inRoot('dist'));
  } finally {
    for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true });
  }
}

const fromBuild = (file) => import(pathToFileURL(path.join(stateFolder, 'modules', file)).href);

/** Finds a browser that really starts, or installs one. Resolves to the environment to run the program with. */
async function ensureBrowser() {
  const { findBrowser } = await fromBuild('src/browser/find-browser.js');
  const broken = [];
  const next = () => findBrowser({ env: process.env, exclude: broken.map(({ executablePath }) => executablePath) });
  const use = (browser) => {
    if (broken.length === 0) return { browser, env: {} };
    const stamps = [browser, ...broken].map(stampOf);
    writeFileSync(path.join(stateFolder, 'browser-instead'), JSON.stringify({ browser, broken, stamps }));
    return { browser, env: { KEYTURN_BROWSER: browser.executablePath } };
  };
  const settled = process.env.KEYTURN_BROWSER ? undefined : browserInstead();
  if (settled) return settled;

  /** Returns the next browser that starts. Remembers those that do not, with the reason. */
  const tryFound = async () => {
    for (;;) {
      let browser;
      try {
        browser = await next();
      } catch (error) {
        throw new Stop(`${error.message}\n       ${error.hint ?? ''}`, 2);
      }
      if (!browser) return undefined;
      const problem = await startProblem(browser);
      requireGoOn();
      if (!problem) return use(browser);
      const library = /error while loading shared libraries: ([^\s:]+)/.exec(problem)?.[1];
      if (library && (await installLibraries(library)) && !(await startProblem(browser))) return use(browser);
      const line = problem.split('\n').find((text) => text.trim() !== '') ?? 'no reason given';
      say(`${browser.executablePath} does not start: ${line.trim().slice(0, 200)}`);
      broken.push(browser);
      if (process.env.KEYTURN_BROWSER) throw new Stop('the browser chosen with KEYTURN_BROWSER does not start', 2);
    }
  };

  const found = await tryFound();
  if (found) return found;
  for (const getOne of [downloadBrowser, installBrowserPackage]) {
    if (!(await getOne())) continue;
    const got = await tryFound();
    if (got) return got;
  }
  const packages = isLinux ? ' Debian: sudo apt-get install chromium xvfb. Ubuntu: https://www.google.com/chrome.' : '';
  throw new Stop(
    `no browser ${broken.length > 0 ? 'that starts ' : ''}was found, and none could be installed from here.\n` +
      `       Install Google Chrome, Chromium or Edge, or run \`npx playwright install --with-deps chromium\`.${packages}`,
    2,
  );
}

function stampOf({ executablePath }) {
  const { mtimeMs, size } = statSync(executablePath);
  return [executablePath, mtimeMs, size, isRoot].join('\n');
}

/**
 * The browser that an earlier run chose because the preferred one did not start; undefined once any of them has
 * changed.
 */
function browserInstead() {
  try {
    const { browser, broken, stamps } = JSON.parse(readFileSync(path.join(stateFolder, 'browser-instead'), 'utf8'));
    const isSame = [browser, ...broken].every((one, index) => stampOf(one) === stamps[index]);
    return isSame ? { browser, env: { KEYTURN_BROWSER: browser.executablePath } } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Starts the browser on an empty page and returns the problem; undefined when it worked. A browser that worked is
 * tried again only after it has changed.
 */
async function startProblem({ executablePath }) {
  const stampFile = path.join(stateFolder, 'browser');
  const stamp = stampOf({ executablePath });
  if (isStamped(stampFile, stamp)) return undefined;
  say(`trying the browser (${executablePath})`);
  mkdirSync(stateFolder, { recursive: true });
  // Chromium from the snap store cannot access /tmp.
  const isSnap = executablePath.startsWith('/snap/');
  const parent = isSnap ? path.join(homedir(), 'snap/chromium/common') : tmpdir();
  mkdirSync(parent, { recursive: true });
  const profile = mkdtempSync(path.join(parent, 'keyturn-setup-'));
  try {
    const args = ['--headless=new', '--dump-dom', '--disable-gpu', '--no-first-run', `--user-data-dir=${profile}`];
    if (isRoot) args.push('--no-sandbox');
    const options = { isQuiet: true, timeoutMs: 45_000 };
    const { code, output } = await run(executablePath, [...args, 'about:blank'], options);
    if (code === 0 && /<html/i.test(output)) {
      writeFileSync(stampFile, stamp);
      return undefined;
    }
    return output || `it ended with exit code ${code}`;
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function downloadBrowser() {
  say("downloading Playwright's Chromium (about 170 MB, once)");
  const args = ['install', '--no-shell', 'chromium'];
  const options = { isQuiet: true, timeoutMs: 10 * 60_000 };
  const { code, output } = await runNode(inRoot('node_modules/playwright/cli.js'), args, options);
  requireGoOn(code);
  if (code !== 0) say(`the download failed: ${reasonIn(output)}`);
  return code === 0;
}

const installBrowserPackage = () => aptInstall('a browser', ['chromium', 'fonts-wqy-zenhei']);

async function installLibraries(library) {
  if (!isLinux || !(await aptPrefix())) return false;
  say(`the browser needs ${library}: installing its libraries (playwright install-deps)`);
  const options = { isQuiet: true, timeoutMs: 10 * 60_000 };
  const { code, output } = await runNode(
    inRoot('node_modules/playwright/cli.js'),
    ['install-deps', 'chromium'],
    options,
  );
  requireGoOn(code);
  if (code !== 0) say(`that failed: ${reasonIn(output)}`);
  return code === 0;
}

/**
 * The command that apt-get needs here to run without a password: [] as root, sudo if it needs no password, else
 * undefined.
 */
async function aptPrefix() {
  if (!isLinux || !isInPath('apt-get')) return undefined;
  if (isRoot) return [];
  if (!isInPath('sudo')) return undefined;
  return (await run('sudo', ['-n', 'true'], { isQuiet: true, timeoutMs: 10_000 })).code === 0
    ? ['sudo', '-n']
    : undefined;
}

async function aptInstall(what, packages) {
  const prefix = await aptPrefix();
  if (!prefix) return false;
  say(`installing ${what} (apt-get install ${packages.join(' ')})`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = async (...args) => {
    const [command, ...rest] = [...prefix, 'apt-get', '-o', 'DPkg::Lock::Timeout=120', ...args];
    const result = await run(command, rest, { isQuiet: true, timeoutMs: 15 * 60_000, env });
    requireGoOn(result.code);
    return result;
  };
  const update = await apt('update');
  const { code, output } = await apt('install', '-y', '--no-install-recommends', ...packages);
  if (code !== 0) say(`that failed: ${reasonIn(output || update.output)}`);
  return code === 0;
}

async function ensureDisplay() {
  if (!isLinux || process.env.DISPLAY || process.env.WAYLAND_DISPLAY) return 'a display';
  const { findXvfb } = await fromBuild('src/browser/display.js');
  if (!findXvfb(process.env)) await aptInstall('a private display', ['xvfb']);
  if (findXvfb(process.env)) return 'Xvfb';
  throw new Stop(
    'this machine has no display, and Xvfb, which stands in for one, could not be installed from here.\n' +
      '       Debian, Ubuntu: sudo apt-get install xvfb. Fedora: sudo dnf install xorg-x11-server-Xvfb.',
    2,
  );
}

function isInPath(name) {
  return (process.env.PATH ?? '').split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The most helpful line in the output of a failed program. */
function reasonIn(output) {
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
  return (lines.find((line) => /^(E:|Error|.*Error:)/.test(line.trim())) ?? lines.at(-1) ?? 'it said nothing')
    .trim()
    .slice(0, 200);
}

// ---- the commands -----------------------------------------------------------------------------------------------

async function setUp({ withBrowser }) {
  requireNode();
  await once(isInstalled, install);
  await once(isBuilt, build);
  const { browser, env } = withBrowser ? await ensureBrowser() : {};
  const parts = ['dependencies', 'build', ...(browser ? [browser.executablePath, await ensureDisplay()] : [])];
  say(`ready: ${parts.join(', ')} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
  return env ?? {};
}

const packageProgram = (file) => (args, env) => runNode(inRoot('node_modules', file), args, { env, stdin: 'inherit' });
const playwrightTest = packageProgram('@playwright/test/cli.js');
const prettier = packageProgram('prettier/bin/prettier.cjs');
const eslint = packageProgram('eslint/bin/eslint.js');
const tsc = packageProgram('typescript/bin/tsc');
const depcruise = packageProgram('dependency-cruiser/bin/dependency-cruise.mjs');
const knip = packageProgram('knip/bin/knip.js');

/** Checks the types of sources and tests together, unless nothing has changed since they were last checked. */
async function checkTypes(env) {
  const stampFile = path.join(stateFolder, 'types');
  const hash = hashOf([
    'src',
    'tests',
    'playwright.config.ts',
    'tsconfig.json',
    'tsconfig.check.json',
    'package-lock.json',
  ]);
  if (isStamped(stampFile, hash)) return { code: 0 };
  say('checking the types (tsc)');
  const result = await tsc(['--noEmit', '-p', 'tsconfig.check.json'], env);
  mkdirSync(stateFolder, { recursive: true });
  if (result.code === 0) writeFileSync(stampFile, hash);
  return result;
}

/** All projects but `consoles`, which needs servers. */
const usualProjects = ['unit', 'e2e', 'faults'].map((name) => `--project=${name}`);

async function test(args, env) {
  if (args.length === 0) {
    const { code } = await checkTypes(env);
    if (code !== 0) return code;
  }
  const projects = args.some((arg) => arg.startsWith('--project')) ? [] : usualProjects;
  return (await playwrightTest(['test', ...projects, ...args], env)).code;
}

/** `args`: the names of consoles (default: all), then flags for the test runner. */
async function testConsoles(args, env) {
  const { consoles, isDebianRoot } = await import(pathToFileURL(inRoot('tests/consoles/set-up.mjs')).href);
  const known = Object.keys(consoles);
  const flagsFrom = args.findIndex((arg) => arg.startsWith('-'));
  const given = flagsFrom === -1 ? args : args.slice(0, flagsFrom);
  const flags = flagsFrom === -1 ? [] : args.slice(flagsFrom);
  const unknown = given.find((name) => !known.includes(name));
  if (unknown) throw new Stop(`there is no console "${unknown}", only ${known.join(' and ')}`, 2);
  const names = given.length > 0 ? given : known;
  for (const name of names) await setUpConsole(consoles[name], { isFailureFatal: isDebianRoot() });
  return test(['--project=consoles', ...names.map((name) => `tests/consoles/${name}.spec.ts`), ...flags], env);
}

async function setUpConsole(wanted, { isFailureFatal }) {
  const startedAt = Date.now();
  const tools = { run, npm, aptInstall, isInPath };
  const obstacle = await wanted.obstacle(tools);
  requireGoOn();
  let failure;
  if (!obstacle) {
    await once(wanted.isThere, async () => {
      say(`setting up ${wanted.title}`);
      failure = await wanted.install(tools);
      requireGoOn();
    });
  }
  if (failure && isFailureFatal) throw new Stop(`${wanted.title} could not be set up: ${failure}`);
  if (obstacle ?? failure) say(`the tests of ${wanted.title} are skipped: ${obstacle ?? failure}`);
  else say(`ready: ${wanted.title} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
}

async function check() {
  requireNode();
  await once(isInstalled, install);
  const env = { ...process.env };
  const parts = [
    ['format', () => prettier(['--check', '.'], env)],
    ['lint', () => eslint(['.'], env)],
    ['directions', () => depcruise(['src'], env)],
    ['dead code', () => knip([], env)],
    ['types', () => checkTypes(env)],
    ['build', async () => ({ code: await setUp({ withBrowser: true }).then((more) => (Object.assign(env, more), 0)) })],
    ['test', async () => ({ code: await test(['--reporter=list,./tests/support/closing-line-reporter.ts'], env) })],
  ];
  const results = [];
  for (const [name, part] of parts) {
    say(`check: ${name}`);
    const partStartedAt = Date.now();
    let code;
    try {
      ({ code } = await part());
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      process.stderr.write(`setup: ${error.message}\n`);
      code = error.exitCode;
    }
    results.push({ name, code, seconds: ((Date.now() - partStartedAt) / 1000).toFixed(1) });
    if (wasInterrupted || (name === 'build' && code !== 0)) break;
  }
  process.stderr.write('\n');
  for (const { name, code, seconds } of results) {
    process.stderr.write(`${code === 0 ? 'ok    ' : 'FAILED'}  ${name.padEnd(10)} ${seconds.padStart(6)} s\n`);
  }
  const isComplete = results.length === parts.length && results.every(({ code }) => code === 0);
  return isComplete ? 0 : results.find(({ code }) => code !== 0)?.code || 1;
}

const commands = {
  demo: async (args, env) => (await runNode(inRoot('scripts/demo.mjs'), args, { env, stdin: 'inherit' })).code,
  test,
  'test:consoles': testConsoles,
  'test:faults': (args, env) => test(['--project=faults', ...args], { ...env, FAULTS: 'long' }),
  'check:challenges': async (args, env) => (await runNode(inRoot('scripts/check-challenges.mjs'), args, { env })).code,
  bench: async (args, env) => (await runNode(inRoot('scripts/bench.mjs'), args, { env })).code,
};

async function main([command, ...args]) {
  if (command === 'check') return check();
  if (command === 'install') {
    requireNode();
    await once(isInstalled, install);
    return 0;
  }
  if (command === 'build' || command === undefined) {
    await setUp({ withBrowser: command === undefined });
    return 0;
  }
  if (!Object.hasOwn(commands, command)) {
    throw new Stop(
      `"${command}" is none of demo, test, test:faults, test:consoles, check, install, build, check:challenges, bench`,
      2,
    );
  }
  // To print its arguments, a program needs a build, but not a fresh one.
  const isHelp = args.includes('--help') && existsSync(inRoot('dist'));
  const env = isHelp ? {} : await setUp({ withBrowser: true });
  return commands[command](args, { ...process.env, ...env });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  say(error.message);
  process.exitCode = error.exitCode;
} finally {
  releaseLock();
}
