import { accessSync, constants, openSync, readSync, closeSync, readdirSync, statSync, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { appError } from '../errors/app-error.js';
import { browserErrors } from '../errors/browser-errors.js';
import { packageFolder } from '../lib/package-folder.js';
import { browserReasons } from '../messages/browser-errors.js';

type BrowserProduct = 'chrome' | 'chromium' | 'msedge' | 'playwright';

interface FoundBrowser {
  readonly executablePath: string;
}

interface Candidate extends FoundBrowser {
  readonly product: BrowserProduct;
}

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
}): FoundBrowser | undefined {
  const { env, platform = process.platform, home = options.env.HOME ?? homedir() } = options;
  const wanted = (options.wanted ?? env.KEYTURN_BROWSER ?? '').trim();
  if (wanted !== '') return requireWanted(wanted, env, platform, home);
  return candidates(env, platform, home).find(
    ({ executablePath }) => !options.exclude?.includes(executablePath) && isUsable(executablePath, platform),
  );
}

/**
 * Returns a profile folder that Chromium from the snap store can use, or undefined if `userDataDir` already works. The
 * snap is confined: in the home folder it can write only to `~/snap/chromium` and to folders that are not hidden.
 * Elsewhere, such as in /tmp, it sees different files than keyturn does.
 */
export function snapProfileAdvice(options: {
  executablePath: string;
  userDataDir: string;
  home: string;
}): { suggestion: string } | undefined {
  if (!options.executablePath.startsWith('/snap/')) return undefined;
  const [first, second] = path.posix.relative(options.home, path.posix.resolve(options.userDataDir)).split('/');
  const isReachable = first !== undefined && first !== '' && first !== 'snap' && !first.startsWith('.');
  if (isReachable || (first === 'snap' && second === 'chromium')) return undefined;
  return { suggestion: path.posix.join(options.home, 'snap/chromium/common/keyturn') };
}

function requireWanted(wanted: string, env: NodeJS.ProcessEnv, platform: NodeJS.Platform, home: string): FoundBrowser {
  if (wanted === 'chrome' || wanted === 'msedge' || wanted === 'chromium') {
    const products: readonly BrowserProduct[] = wanted === 'chromium' ? ['chromium', 'playwright'] : [wanted];
    const found = candidates(env, platform, home).find(
      ({ product, executablePath }) => products.includes(product) && isUsable(executablePath, platform),
    );
    if (found) return found;
    throw appError(browserErrors.noBrowser, { wanted, reason: browserReasons.notInstalled });
  }
  const executablePath = path.resolve(wanted.replace(/^~(?=[/\\])/, home));
  if (!existsSync(executablePath)) {
    const reason = /[/\\]/.test(wanted) ? browserReasons.missing : browserReasons.unknownName;
    throw appError(browserErrors.noBrowser, { wanted, reason });
  }
  if (!isUsable(executablePath, platform)) {
    const reason = statSync(executablePath).isDirectory() ? browserReasons.isFolder : browserReasons.notAProgram;
    throw appError(browserErrors.noBrowser, { wanted, reason });
  }
  return { executablePath };
}

function candidates(env: NodeJS.ProcessEnv, platform: NodeJS.Platform, home: string): Candidate[] {
  const installed = platform === 'win32' ? onWindows(env) : platform === 'darwin' ? onMac(home) : onLinux(env);
  return [...installed, ...playwrightDownloads(env, platform, home)];
}

/** Where a program of this name can be, in the order of PATH. */
export function inPath(env: NodeJS.ProcessEnv, name: string): string[] {
  const folders = (env.PATH ?? '/usr/local/bin:/usr/bin:/bin').split(':').filter((folder) => folder.startsWith('/'));
  return folders.map((folder) => path.posix.join(folder, name));
}

function onLinux(env: NodeJS.ProcessEnv): Candidate[] {
  const of = (product: BrowserProduct, names: readonly string[], file: string): Candidate[] => [
    ...names
      .flatMap((name) => inPath(env, name).filter((program) => !program.startsWith('/snap/')))
      .map((executablePath) => ({ product, executablePath })),
    // cron and systemd set a short PATH, so the usual install folders are listed too.
    { product, executablePath: file },
  ];
  return [
    ...of('chrome', ['google-chrome-stable', 'google-chrome'], '/opt/google/chrome/chrome'),
    ...of('chromium', ['chromium', 'chromium-browser'], '/snap/bin/chromium'),
    ...of('msedge', ['microsoft-edge-stable', 'microsoft-edge'], '/opt/microsoft/msedge/msedge'),
  ];
}

function onMac(home: string): Candidate[] {
  const apps = [
    ['chrome', 'Google Chrome'],
    ['chromium', 'Chromium'],
    ['msedge', 'Microsoft Edge'],
  ] as const;
  return apps.flatMap(([product, name]) =>
    ['/Applications', path.posix.join(home, 'Applications')].map((folder) => ({
      product,
      executablePath: path.posix.join(folder, `${name}.app/Contents/MacOS/${name}`),
    })),
  );
}

function onWindows(env: NodeJS.ProcessEnv): Candidate[] {
  const programs = [
    ['chrome', 'Google\\Chrome\\Application\\chrome.exe'],
    ['chromium', 'Chromium\\Application\\chrome.exe'],
    ['msedge', 'Microsoft\\Edge\\Application\\msedge.exe'],
  ] as const;
  const roots = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].filter((root) => root !== undefined);
  return programs.flatMap(([product, tail]) =>
    roots.map((root) => ({ product, executablePath: path.win32.join(root, tail) })),
  );
}

/** All complete downloads in Playwright's registry folder, newest revision first. */
function playwrightDownloads(env: NodeJS.ProcessEnv, platform: NodeJS.Platform, home: string): Candidate[] {
  const registry = playwrightRegistry(env, platform, home);
  const revisions = listFolder(registry)
    .map((name) => /^chromium-(\d+)$/.exec(name))
    .filter((match) => match !== null)
    .sort((a, b) => Number(b[1]) - Number(a[1]))
    .map((match) => path.join(registry, match[0]))
    .filter((folder) => existsSync(path.join(folder, 'INSTALLATION_COMPLETE')));
  const programs =
    platform === 'win32'
      ? ['chrome.exe']
      : platform === 'darwin'
        ? ['Google Chrome for Testing', 'Chromium'].map((name) => `${name}.app/Contents/MacOS/${name}`)
        : ['chrome'];
  return revisions.flatMap((revision) =>
    listFolder(revision)
      .filter((name) => name.startsWith('chrome-'))
      .flatMap((folder) => programs.map((program) => path.join(revision, folder, program)))
      .map((executablePath) => ({ product: 'playwright', executablePath })),
  );
}

function playwrightRegistry(env: NodeJS.ProcessEnv, platform: NodeJS.Platform, home: string): string {
  const chosen = env.PLAYWRIGHT_BROWSERS_PATH;
  if (chosen === '0') return path.join(packageFolder, 'node_modules/playwright-core/.local-browsers');
  if (chosen) return path.resolve(chosen);
  if (platform === 'win32') return path.join(env.LOCALAPPDATA ?? path.join(home, 'AppData/Local'), 'ms-playwright');
  if (platform === 'darwin') return path.join(home, 'Library/Caches/ms-playwright');
  return path.join(env.XDG_CACHE_HOME || path.join(home, '.cache'), 'ms-playwright');
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
    if (!statSync(file).isFile()) return false;
    if (platform !== 'win32') accessSync(file, constants.X_OK);
    return !isSnapStub(file);
  } catch {
    return false;
  }
}

/** Ubuntu's chromium-browser package is a script that starts the snap, or reports that the snap is not installed. */
function isSnapStub(file: string): boolean {
  const head = Buffer.alloc(4096);
  const fd = openSync(file, 'r');
  try {
    const text = head.subarray(0, readSync(fd, head, 0, head.length, 0)).toString('latin1');
    return text.startsWith('#!') && text.includes('/snap/bin/chromium');
  } finally {
    closeSync(fd);
  }
}
