import { accessSync, constants, existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { appError } from '../lib/app-error.js';
import { browserErrors } from './browser-errors.js';
import { browserReasons } from '../messages/browser-errors.js';
import type { Text } from '../messages/text.js';

type BrowserProduct = 'chrome' | 'chromium' | 'msedge' | 'playwright';
type Candidate = Readonly<{ product: BrowserProduct; executablePath: string }>;

/**
 * Finds a browser: the wanted one, or else an installed Chrome, Chromium or Edge, or else Playwright's own download.
 * Returns undefined when there is none. Throws KT301 when the wanted browser is missing.
 * Depends only on node: built-ins, because the set-up script uses it before anything else works.
 */
export function findBrowser(options: {
  readonly env: NodeJS.ProcessEnv;
  /** A path, or `chrome`, `msedge`, `chromium`; overrides KEYTURN_BROWSER. */
  readonly wanted?: string;
  readonly platform?: NodeJS.Platform;
  readonly home?: string;
  /** Paths of programs that are known not to start. */
  readonly exclude?: readonly string[];
}): { readonly executablePath: string } | undefined {
  const { env, platform = process.platform, home = options.env.HOME ?? homedir(), exclude = [] } = options;
  const found = candidates(env, platform, home).filter(({ executablePath }) => !exclude.includes(executablePath));
  const firstOf = (...products: readonly BrowserProduct[]) =>
    found.find(({ product, executablePath }) => products.includes(product) && isUsable(executablePath, platform));
  const wanted = (options.wanted ?? env.KEYTURN_BROWSER ?? '').trim();
  if (wanted === '') return firstOf('chrome', 'chromium', 'msedge', 'playwright');
  const fail = (reason: Text) => appError(browserErrors.noBrowser, { wanted, reason });
  if (wanted === 'chrome' || wanted === 'msedge' || wanted === 'chromium') {
    const installed = wanted === 'chromium' ? firstOf(wanted, 'playwright') : firstOf(wanted);
    if (!installed) throw fail(browserReasons.notInstalled);
    return installed;
  }
  const executablePath = path.resolve(wanted.replace(/^~(?=[/\\])/, home));
  if (isUsable(executablePath, platform)) return { executablePath };
  if (existsSync(executablePath)) throw fail(browserReasons.notAProgram);
  throw fail(/[/\\]/.test(wanted) ? browserReasons.missing : browserReasons.unknownName);
}

/**
 * Returns a home that Chromium from the snap store can use, or undefined if `userDataDir` already works. The snap is
 * confined: in the home folder it can write only to `~/snap/chromium` and to folders that are not hidden. Elsewhere,
 * such as in /tmp, it sees different files than keyturn does.
 */
export function snapProfileHome(options: {
  executablePath: string;
  userDataDir: string;
  home: string;
}): string | undefined {
  if (!options.executablePath.startsWith('/snap/')) return undefined;
  const inHome = path.posix.relative(options.home, path.posix.resolve(options.userDataDir));
  const isReachable = /^(?!snap(?:\/|$))[^.]/.test(inHome) || /^snap\/chromium(?:\/|$)/.test(inHome);
  return isReachable ? undefined : path.posix.join(options.home, 'snap/chromium/common/keyturn');
}

function candidates(env: NodeJS.ProcessEnv, platform: NodeJS.Platform, home: string): Candidate[] {
  const installed = platform === 'win32' || platform === 'darwin' ? onDesktop(env, platform, home) : onLinux(env);
  return [...installed, ...playwrightDownloads(env, platform, home)];
}

/** Where a program of this name can be, in the order of PATH. */
export function inPath(env: NodeJS.ProcessEnv, name: string): string[] {
  const folders = (env.PATH ?? '/usr/local/bin:/usr/bin:/bin').split(':').filter((folder) => folder.startsWith('/'));
  return folders.map((folder) => path.posix.join(folder, name));
}

function onLinux(env: NodeJS.ProcessEnv): Candidate[] {
  const of = (product: BrowserProduct, names: readonly string[], file: string): Candidate[] => {
    const programs = names.flatMap((name) => inPath(env, name)).filter((program) => !program.startsWith('/snap/'));
    // cron and systemd set a short PATH, so the usual install folders are listed too.
    return [...programs, file].map((executablePath) => ({ product, executablePath }));
  };
  return [
    ...of('chrome', ['google-chrome-stable', 'google-chrome'], '/opt/google/chrome/chrome'),
    ...of('chromium', ['chromium', 'chromium-browser'], '/snap/bin/chromium'),
    ...of('msedge', ['microsoft-edge-stable', 'microsoft-edge'], '/opt/microsoft/msedge/msedge'),
  ];
}

function onDesktop(env: NodeJS.ProcessEnv, platform: 'win32' | 'darwin', home: string): Candidate[] {
  const programs = [
    ['chrome', 'Google Chrome', 'Google\\Chrome\\Application\\chrome.exe'],
    ['chromium', 'Chromium', 'Chromium\\Application\\chrome.exe'],
    ['msedge', 'Microsoft Edge', 'Microsoft\\Edge\\Application\\msedge.exe'],
  ] as const;
  const folders = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA];
  const onMac = ['/Applications', path.posix.join(home, 'Applications')];
  return programs.flatMap(([product, app, program]) => {
    const paths =
      platform === 'darwin'
        ? onMac.map((folder) => path.posix.join(folder, `${app}.app/Contents/MacOS/${app}`))
        : folders.flatMap((folder) => (folder === undefined ? [] : path.win32.join(folder, program)));
    return paths.map((executablePath) => ({ product, executablePath }));
  });
}

/** Playwright's complete downloads, newest revision first. */
function playwrightDownloads(env: NodeJS.ProcessEnv, platform: NodeJS.Platform, home: string): Candidate[] {
  const caches: Partial<Record<NodeJS.Platform, string>> = {
    win32: env.LOCALAPPDATA ?? path.join(home, 'AppData/Local'),
    darwin: path.join(home, 'Library/Caches'),
    linux: env.XDG_CACHE_HOME || path.join(home, '.cache'),
  };
  const registry = path.resolve(env.PLAYWRIGHT_BROWSERS_PATH || path.join(caches[platform] ?? home, 'ms-playwright'));
  const onThisMac = 'Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing';
  const program = platform === 'win32' ? 'chrome.exe' : platform === 'darwin' ? onThisMac : 'chrome';
  return listFolder(registry)
    .filter((name) => /^chromium-\d+$/.test(name) && existsSync(path.join(registry, name, 'INSTALLATION_COMPLETE')))
    .sort(new Intl.Collator('en', { numeric: true }).compare)
    .reverse()
    .flatMap((name) => listFolder(path.join(registry, name)).map((folder) => path.join(registry, name, folder)))
    .map((folder) => ({ product: 'playwright', executablePath: path.join(folder, program) }));
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

export function isUsable(file: string, platform: NodeJS.Platform): boolean {
  try {
    const found = statSync(file);
    if (platform !== 'win32') accessSync(file, constants.X_OK);
    // Ubuntu's chromium-browser is a small script that starts the snap, or reports that the snap is not installed.
    const isSnapStub = found.size < 8192 && readFileSync(file, 'latin1').includes('/snap/bin/chromium');
    return found.isFile() && !isSnapStub;
  } catch {
    return false;
  }
}
