import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { mkdtemp, mkdir, readFile, readdir, readlink, rm, symlink, utimes, writeFile, stat } from 'node:fs/promises';
import { readFileSync, readdirSync } from 'node:fs';
import type { Page } from 'playwright';
import { captureEvidence } from '../../src/browser/evidence.js';
import { connect, type AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { test as base, expect } from '@playwright/test';
import { attachToBrowser } from '../simulator/attach-to-browser.js';
import { ensureDisplay } from '../../src/browser/display.js';
import { findBrowser } from '../../src/browser/find-browser.js';
import { openSession, type BrowserSession } from '../../src/browser/open-session.js';
import type { OpenSessionOptions } from '../../src/browser/session-options.js';
import { leanBrowserArgs, testBrowser } from '../support/test-browser.js';
import { createRedactor } from '../../src/lib/redactor.js';
import type { SessionCheckpoint } from '../../src/core/session-checkpoint.js';
import { long, longIf } from '../support/long-form.js';

interface World {
  folder: string;
  userDataDir: string;
  site: { url: string; seenCookies: string[] };
  open: (options?: Partial<OpenSessionOptions>) => Promise<BrowserSession>;
}

const test = base.extend<{ hasRealBrowser: boolean; world: World }>({
  hasRealBrowser: [false, { option: true }],
  world: async ({ hasRealBrowser }, use) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'keyturn 会话 '));
    const userDataDir = path.join(folder, 'profile');
    const { server, site } = await startSite();
    const browser = findBrowser({ env: process.env, wanted: hasRealBrowser ? undefined : testBrowser });
    const open: BrowserSession[] = [];
    await use({
      folder,
      userDataDir,
      site,
      open: async (options = {}) => {
        if (!browser) throw new Error('these tests need a browser');
        const session = await openSession({
          userDataDir,
          headless: true,
          ...browser,
          args: leanBrowserArgs,
          ...options,
        });
        open.push(session);
        return session;
      },
    });
    for (const session of open) await session.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  },
});

/** A console that keeps its login in a session cookie, a persistent cookie and localStorage. */
async function startSite(): Promise<{ server: Server; site: World['site'] }> {
  const site = { url: '', seenCookies: [] as string[] };
  const server = createServer((request, response) => {
    site.seenCookies.push(request.headers.cookie ?? '');
    if (request.url === '/sign-in') {
      response.setHeader('set-cookie', [
        'session=from-sign-in; Path=/; HttpOnly',
        'lasting=from-sign-in; Path=/; Max-Age=86400; HttpOnly',
        'brief=gone; Path=/; Max-Age=1',
      ]);
    }
    if (request.url === '/rotate') response.setHeader('set-cookie', 'lasting=rotated; Path=/; Max-Age=86400; HttpOnly');
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end('<!doctype html><title>console</title><p>console</p>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  site.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { server, site };
}

const localItem = (session: BrowserSession) => session.page.evaluate(() => localStorage.getItem('token'));

const cookiesOf = async (session: BrowserSession, url: string) =>
  Object.fromEntries((await session.context.cookies(url)).map(({ name, value }) => [name, value]));

async function signIn(session: BrowserSession, url: string): Promise<void> {
  await session.page.goto(`${url}/sign-in`);
  await session.page.evaluate(() => localStorage.setItem('token', 'only-in-local-storage'));
}

/** The browser's main process. Its pid can be higher than those of its children when pids have started again at 1. */
async function browserPid(userDataDir: string): Promise<number> {
  const lock = await readlink(path.join(userDataDir, 'SingletonLock'));
  return Number(lock.split('-').pop());
}

/** Returns the ids of all processes, except this one, whose command line contains the text. */
function processesWith(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => commandLine(name).includes(text))
    .map(Number);
}

const commandLine = (pid: number | string) => readProcess(pid, 'cmdline').replaceAll('\0', ' ');

/** Returns an empty string if the process has already ended. */
function readProcess(pid: number | string, file: 'cmdline' | 'stat'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function descendantsOf(root: number): number[] {
  const parentOf = (pid: string) => Number(/\) \S (\d+) /.exec(readProcess(pid, 'stat'))?.[1]);
  const rows = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && commandLine(name) !== '')
    .map((name) => ({ pid: Number(name), parent: parentOf(name) }));
  const below = (pid: number): number[] =>
    rows.filter((row) => row.parent === pid).flatMap((row) => [row.pid, ...below(row.pid)]);
  return below(root);
}

const withoutDisplay = { ...process.env, DISPLAY: undefined, WAYLAND_DISPLAY: undefined };

test('a checkpoint restores the login in an empty profile', async ({ world }) => {
  const first = await world.open();
  await signIn(first, world.site.url);
  const checkpoint = JSON.parse(JSON.stringify(await first.saveCheckpoint())) as SessionCheckpoint;
  await first.close();
  const requests = world.site.seenCookies.length;

  const second = await world.open({ userDataDir: path.join(world.folder, 'another', 'profile'), checkpoint });
  expect(world.site.seenCookies.length, 'restoring asks the site nothing').toBe(requests);
  await second.page.goto(world.site.url);
  expect(await cookiesOf(second, world.site.url)).toMatchObject({ session: 'from-sign-in', lasting: 'from-sign-in' });
  expect((await second.context.cookies()).find(({ name }) => name === 'session')?.httpOnly).toBe(true);
  expect(await localItem(second)).toBe('only-in-local-storage');
});

test('a checkpoint keeps data of unvisited origins and drops expired cookies', async ({ world }) => {
  const elsewhere = { origin: 'https://login.example', localStorage: [{ name: 'device', value: 'known' }] };
  const session = await world.open({
    checkpoint: {
      version: 1,
      savedAt: new Date().toISOString(),
      savedBy: 'import',
      cookies: [],
      origins: [elsewhere],
      headers: { 'user-agent': 'imported' },
    },
  });
  await signIn(session, world.site.url);
  await expect
    .poll(async () => (await session.saveCheckpoint()).cookies.map(({ name }) => name).sort())
    .toEqual(['lasting', 'session']);
  const checkpoint = await session.saveCheckpoint();
  expect(checkpoint.origins).toContainEqual(elsewhere);
  expect(checkpoint.headers).toEqual({ 'user-agent': 'imported' });
});

test('a checkpoint newer than the profile replaces its data', long, async ({ world }) => {
  const first = await world.open();
  await signIn(first, world.site.url);
  const checkpoint = await first.saveCheckpoint();
  await first.close();

  const renewedOverHttp: SessionCheckpoint = {
    ...checkpoint,
    savedAt: new Date().toISOString(),
    savedBy: 'http',
    cookies: checkpoint.cookies.map((c) => (c.name === 'lasting' ? { ...c, value: 'renewed-over-http' } : c)),
  };
  const second = await world.open({ checkpoint: renewedOverHttp });
  expect(await cookiesOf(second, world.site.url)).toMatchObject({ lasting: 'renewed-over-http' });
});

test('a profile newer than the checkpoint keeps its own data', long, async ({ world }) => {
  const first = await world.open();
  await signIn(first, world.site.url);
  const checkpoint = await first.saveCheckpoint();
  await first.page.goto(`${world.site.url}/rotate`);
  await first.page.evaluate(() => localStorage.setItem('token', 'newer'));
  await first.close();
  // Simulates a checkpoint that could not be stored: browser-run.json names a later one than the caller passes.
  const runFile = path.join(world.folder, 'browser-run.json');
  const run = JSON.parse(await readFile(runFile, 'utf8')) as { checkpointAt: number };
  await writeFile(runFile, JSON.stringify({ ...run, checkpointAt: Date.now() }));

  const second = await world.open({ checkpoint });
  await second.page.goto(world.site.url);
  expect(await cookiesOf(second, world.site.url)).toMatchObject({ lasting: 'rotated', session: 'from-sign-in' });
  expect(await localItem(second)).toBe('newer');
});

/** Starts a process that signs in, prints its checkpoint and runs until it is killed. */
async function startChild(
  world: World,
  options: { headless: boolean },
): Promise<{ pid: number; checkpoint: SessionCheckpoint; kill: () => Promise<void> }> {
  const browser = findBrowser({ env: process.env });
  const script = `
    const { openSession } = await import(${JSON.stringify(pathToFileURL(path.resolve('.setup/modules/src/browser/open-session.js')).href)});
    const session = await openSession(${JSON.stringify({ userDataDir: world.userDataDir, ...browser, ...options })});
    await session.page.goto(${JSON.stringify(`${world.site.url}/sign-in`)});
    await session.page.evaluate(() => localStorage.setItem('token', 'only-in-local-storage'));
    process.stdout.write(JSON.stringify(await session.saveCheckpoint()) + '\\n');
    await new Promise(() => setInterval(() => undefined, 1000));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: withoutDisplay,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let output = '';
  for await (const chunk of child.stdout) {
    output += String(chunk);
    if (output.includes('\n')) break;
  }
  return {
    pid: child.pid as number,
    checkpoint: JSON.parse(output) as SessionCheckpoint,
    kill: () => {
      child.kill('SIGKILL');
      return exited;
    },
  };
}

test('a profile folder that cannot be created is reported as KT315', async ({ world }) => {
  await writeFile(path.join(world.folder, 'file'), '');
  const opening = world.open({ userDataDir: path.join(world.folder, 'file', 'profile') });
  await expect(opening).rejects.toMatchObject({ code: 'KT315', message: /a part of the path is a file/ });
});

test('proxy credentials reach the proxy and are on no command line', async ({ world }) => {
  const seen: string[] = [];
  const proxy = createServer((request, response) => {
    const login = request.headers['proxy-authorization'];
    if (!login) {
      response.writeHead(407, { 'proxy-authenticate': 'Basic realm="proxy"' }).end();
      return;
    }
    seen.push(Buffer.from(login.replace('Basic ', ''), 'base64').toString());
    response.writeHead(200, { 'content-type': 'text/html' }).end('<p>through the proxy</p>');
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const port = (proxy.address() as AddressInfo).port;
  try {
    const session = await world.open({
      proxy: { url: `http://someone:planted%2Fsecret@127.0.0.1:${port}` },
    });
    await session.page.goto('http://console.invalid/');
    await expect(session.page.getByText('through the proxy')).toBeVisible();
    expect(seen).toContain('someone:planted/secret');
    expect(processesWith(`--proxy-server=http://127.0.0.1:${port}`).length).toBeGreaterThan(0);
    expect(processesWith('planted')).toEqual([]);
    expect(processesWith('someone:')).toEqual([]);
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
});

test('a browser that cannot start is reported and leaves no process', async ({ world }) => {
  const notABrowser = path.join(world.folder, 'not-a-browser');
  await writeFile(
    notABrowser,
    '#!/bin/sh\necho "libnss3.so: error while loading shared libraries: libnss3.so: no" >&2\nexit 127\n',
    {
      mode: 0o755,
    },
  );
  const options = { executablePath: notABrowser, headless: false, env: withoutDisplay };
  await expect(world.open(options)).rejects.toMatchObject({ code: 'KT301', message: /libnss3\.so/ });

  await writeFile(notABrowser, '#!/bin/sh\nsleep 60\n', { mode: 0o755 });
  await expect(world.open({ ...options, launchTimeoutMs: 1000 })).rejects.toMatchObject({
    code: 'KT308',
    message: /within 1 s/,
  });
  await expect.poll(() => processesWith(notABrowser)).toEqual([]);
});

test('a private display accepts only clients with its key', async () => {
  const display = await ensureDisplay({ env: withoutDisplay });
  const { DISPLAY = '', XAUTHORITY: keyFile = '' } = display.env;
  try {
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    expect((await stat(path.dirname(keyFile))).mode & 0o777).toBe(0o700);
    expect(await knock(DISPLAY, Buffer.alloc(0))).toBe('refused');
    const key = (await readFile(keyFile)).subarray(-16);
    expect(await knock(DISPLAY, key)).toBe('accepted');
    const arguments_ = processesWith(keyFile).map(commandLine).join('\n');
    expect(arguments_).toContain('-nolisten tcp');
    expect(arguments_).not.toContain(key.toString('hex'));
  } finally {
    await display.close();
  }
  expect(processesWith(keyFile)).toEqual([]);
  await expect(stat(path.dirname(keyFile))).rejects.toThrow('ENOENT');
});

/** Opens a connection to an X server as a client does. */
function knock(display: string, key: Buffer): Promise<'accepted' | 'refused'> {
  const name = Buffer.from('MIT-MAGIC-COOKIE-1\0\0');
  const head = Buffer.alloc(12);
  head.write('l');
  head.writeUInt16LE(11, 2);
  head.writeUInt16LE(key.length > 0 ? 18 : 0, 6);
  head.writeUInt16LE(key.length, 8);
  const socket = connect(`/tmp/.X11-unix/X${display.slice(1)}`);
  socket.write(key.length > 0 ? Buffer.concat([head, name, key]) : head);
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('data', (answer) => {
      socket.destroy();
      resolve(answer[0] === 1 ? 'accepted' : 'refused');
    });
  });
}

test('a stale port file does not prevent attaching to a running browser', async ({ world }) => {
  await mkdir(world.userDataDir, { recursive: true });
  await writeFile(path.join(world.userDataDir, 'DevToolsActivePort'), '9\n/devtools/browser/of-another-time');
  const attaching = attachToBrowser(world.userDataDir, { timeoutMs: 20_000 });
  const session = await world.open({ args: ['--remote-debugging-port=0'] });
  await session.page.goto(world.site.url);
  const browser = await attaching;
  const pages = browser.contexts().flatMap((context) => context.pages());
  await expect.poll(() => pages.map((page) => new URL(page.url()).origin)).toContain(world.site.url);
  await browser.close();
  expect(await session.page.title()).toBe('console');
  await expect(attachToBrowser(world.folder, { timeoutMs: 300 })).rejects.toThrow(/within 0\.3 s/);
});

test('evidence shows the page without its secrets and leaves the page unchanged', async ({ world }) => {
  const secrets = {
    key: 'sk-0123456789abcdef0123456789abcdef',
    phone: '13912345678',
    masked: '139****5678',
    email: 'someone.private@example.com',
    code: '493817',
    token: 'eyJhbGciOiJIUzI1NiJ9abcdef0123456789',
    known: 'my own secret words',
    unseen: 'KEYOFTWENTYLETTERSAB',
  };
  const spread = [...secrets.key].map((letter) => `<b>${letter}</b>`).join('');
  const inner = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><p>inside a frame of another site: ${secrets.key}</p><input value="${secrets.code}">`);
  });
  await new Promise<void>((resolve) => inner.listen(0, '127.0.0.1', resolve));
  const innerUrl = `http://localhost:${(inner.address() as AddressInfo).port}/`;
  const session = await world.open();
  const { page } = session;
  try {
    await page.goto(`${world.site.url}/?token=${secrets.token}#${secrets.key}`);
    await page.setContent(`<!doctype html><style>body{font:20px sans-serif} input{font:20px monospace;width:26em}</style>
      <h1>Key page</h1><p>Your key: ${secrets.key}</p><p>mask sk-01****cdef stays</p><p id="spread">${spread}</p>
      <p>${secrets.phone} and ${secrets.masked} and ${secrets.email}</p><p>Bearer ${secrets.token}</p><p>${secrets.known}</p><p>made: ${secrets.unseen}</p>
      <p>The key expires 2026-11-28 15:54</p>
      <input value="${secrets.key}" disabled><br><input type="password" value="pass-word"><br>
      <input autocomplete="one-time-code" value="${secrets.code}"><br><textarea>${secrets.email}</textarea>
      <div id="host"></div><iframe src="${innerUrl}" width="700" height="120"></iframe>`);
    await page.evaluate((key) => {
      const host = document.querySelector('#host') as HTMLElement;
      host.attachShadow({ mode: 'open' }).innerHTML = `<p>in a shadow root: ${key}</p><input value="${key}">`;
    }, secrets.key);
    await page.frameLocator('iframe').getByText('inside a frame').waitFor();
    const before = await page.content();

    const folder = path.join(world.folder, 'evidence');
    const redactor = createRedactor([secrets.known]);
    redactor.addPattern(/^[A-Z]{20}$/);
    const options = { folder, name: 'drift/../step 3', redactor };
    const evidence = await captureEvidence(page, options);

    expect(await page.content()).toBe(before);
    expect(await page.locator('input').first().inputValue()).toBe(secrets.key);
    const picture = evidence.screenshotPath as string;
    expect(path.dirname(picture)).toBe(folder);
    expect((await stat(picture)).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await readFile(picture)).subarray(1, 4).toString()).toBe('PNG');
    for (const secret of Object.values(secrets)) expect(JSON.stringify(evidence)).not.toContain(secret);
    await test.info().attach('evidence', { path: picture });

    const sizeOf = async ({ screenshotPath }: { screenshotPath?: string }) => {
      const png = await readFile(screenshotPath as string);
      return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
    };
    const whole = await sizeOf(evidence);
    const part = { x: 100, y: 10, w: 200, h: 100 };
    expect(await sizeOf(await captureEvidence(page, { ...options, part }))).toEqual({ width: 248, height: 134 });
    const most = { x: 0, y: 0, w: whole.width, h: whole.height * 0.8 };
    expect(await sizeOf(await captureEvidence(page, { ...options, part: most }))).toEqual(whole);

    const seen = await textWhilePictured(page, () => captureEvidence(page, options));
    for (const secret of Object.values(secrets)) expect(seen).not.toContain(secret);
    expect(seen).toContain('Key page');
    expect(seen).toContain('sk-01****cdef');
    expect(seen).toContain('2026-11-28 15:54');
  } finally {
    inner.closeAllConnections();
    inner.close();
  }
});

/** Returns the text that all frames show at the moment of the screenshot, while the redaction is in place. */
async function textWhilePictured(page: Page, capture: () => Promise<unknown>): Promise<string> {
  let seen = '';
  const context = page.context();
  const open = context.newCDPSession.bind(context);
  context.newCDPSession = async (target) => {
    for (const frame of page.frames()) {
      seen += await frame.evaluate(() => {
        const shown = (root: Document | ShadowRoot): string =>
          [...root.querySelectorAll('*')]
            .map((element) => {
              const isBlotted = getComputedStyle(element).webkitTextFillColor === 'rgba(0, 0, 0, 0)';
              const value = !isBlotted && element instanceof HTMLInputElement ? element.value : '';
              const own = /^(STYLE|TEXTAREA)$/.test(element.tagName)
                ? ''
                : element.childElementCount > 0
                  ? element.textContent
                  : (element as HTMLElement).innerText;
              return `${value} ${own ?? ''} ${element.shadowRoot ? shown(element.shadowRoot) : ''}`;
            })
            .join('\n');
        return shown(document);
      });
    }
    return open(target);
  };
  try {
    await capture();
  } finally {
    context.newCDPSession = open;
  }
  return seen;
}

test('a page that hangs or keeps showing new secrets gets no screenshot', async ({ world }) => {
  const session = await world.open();
  const folder = path.join(world.folder, 'evidence');
  await session.page.goto(world.site.url);
  await session.page.evaluate(() => {
    const line = document.body.appendChild(document.createElement('p'));
    const show = () => {
      line.textContent = `sk-${'0123456789abcdef'.repeat(2)}`;
      requestAnimationFrame(show);
    };
    show();
  });
  const restless = await captureEvidence(session.page, { folder, name: 'restless', redactor: createRedactor() });
  expect(restless.screenshotPath).toBeUndefined();

  await session.page.goto(world.site.url);
  void session.page
    .evaluate(() =>
      setTimeout(() => {
        for (;;);
      }),
    )
    .catch(() => undefined);
  const startedAt = Date.now();
  const stuck = await captureEvidence(session.page, {
    folder,
    name: 'stuck',
    redactor: createRedactor(),
    timeoutMs: 1500,
  });
  expect(stuck.screenshotPath).toBeUndefined();
  expect(Date.now() - startedAt).toBeLessThan(6000);
});

test('screenshots older than a week are deleted', async ({ world }) => {
  const folder = path.join(world.folder, 'evidence');
  await mkdir(folder);
  const old = path.join(folder, 'old.png');
  const notOurs = path.join(folder, 'notes.txt');
  const eightDaysAgo = new Date(Date.now() - 8 * 86_400_000);
  for (const file of [old, notOurs]) {
    await writeFile(file, '');
    await utimes(file, eightDaysAgo, eightDaysAgo);
  }
  const session = await world.open();
  await captureEvidence(session.page, { folder, name: 'new', redactor: createRedactor() });
  expect((await readdir(folder)).filter((name) => !name.startsWith('new-'))).toEqual(['notes.txt']);
});

// The headless shell takes no lock on its profile and has no window.
test.describe('in a whole browser', () => {
  test.use({ hasRealBrowser: true });

  test('a sign-in survives headless, headed on a private display, and headless again', async ({ world }) => {
    let checkpoint: SessionCheckpoint;
    const first = await world.open();
    await signIn(first, world.site.url);
    checkpoint = await first.saveCheckpoint();
    await first.close();

    for (const headless of [false, true]) {
      const next = await world.open({ headless, checkpoint, env: withoutDisplay });
      expect(next.display).toBe(headless ? 'none' : 'private');
      await next.page.goto(world.site.url);
      expect(world.site.seenCookies.at(-1)).toContain('session=from-sign-in');
      expect(world.site.seenCookies.at(-1)).toContain('lasting=from-sign-in');
      expect(await localItem(next)).toBe('only-in-local-storage');
      checkpoint = await next.saveCheckpoint();
      await next.close();
    }
  });

  for (const headless of [true, false]) {
    test(
      `kill -9 right after a checkpoint loses nothing and leaves no process (${headless ? 'headless' : 'headed'})`,
      longIf(!headless),
      async ({ world }) => {
        const child = await startChild(world, { headless });
        const processes = descendantsOf(child.pid);
        const displays = processes.filter((pid) => commandLine(pid).includes('Xvfb'));
        expect(displays.length > 0).toBe(!headless);
        await child.kill();

        // The next session opens immediately: the orphaned browser may still be closing.
        const next = await world.open({ checkpoint: child.checkpoint });
        await next.page.goto(world.site.url);
        expect(await cookiesOf(next, world.site.url)).toMatchObject({
          session: 'from-sign-in',
          lasting: 'from-sign-in',
        });
        expect(await localItem(next)).toBe('only-in-local-storage');
        await next.close();
        await expect.poll(() => processesWith(world.userDataDir), { message: 'browsers on the profile' }).toEqual([]);
        await expect
          .poll(() => processes.filter((pid) => commandLine(pid) !== ''), { message: 'its processes' })
          .toEqual([]);
      },
    );
  }

  test('a killed browser is reported, and the checkpoint restores the login', long, async ({ world }) => {
    const first = await world.open();
    await signIn(first, world.site.url);
    const checkpoint = await first.saveCheckpoint();
    process.kill(await browserPid(world.userDataDir), 'SIGKILL');
    await first.gone;
    await first.close();

    const second = await world.open({ checkpoint });
    await second.page.goto(world.site.url);
    expect(await localItem(second)).toBe('only-in-local-storage');
    expect(await cookiesOf(second, world.site.url)).toMatchObject({ session: 'from-sign-in', lasting: 'from-sign-in' });
  });

  test('an abort closes the browser, even while it starts', long, async ({ world }) => {
    const running = new AbortController();
    const session = await world.open({ signal: running.signal });
    running.abort();
    await expect.poll(() => processesWith(world.userDataDir)).toEqual([]);
    await session.close();

    for (const afterMs of [0, 40, 150, 300]) {
      const starting = new AbortController();
      const opening = world.open({ signal: starting.signal, headless: false, env: withoutDisplay });
      setTimeout(() => starting.abort(), afterMs);
      await expect(opening).rejects.toMatchObject({ code: 'KT308' });
      expect(processesWith(world.userDataDir)).toEqual([]);
    }
  });

  test('a browser that does not close is killed, and so is its display', long, async ({ world }) => {
    const session = await world.open({ headless: false, env: withoutDisplay });
    const ours = descendantsOf(process.pid).filter((pid) => /keyturn|Xvfb|--user-data-dir/.test(commandLine(pid)));
    process.kill(await browserPid(world.userDataDir), 'SIGSTOP');
    await session.close();
    await expect.poll(() => processesWith(world.userDataDir)).toEqual([]);
    expect(ours.length).toBeGreaterThan(2);
    await expect.poll(() => ours.filter((pid) => commandLine(pid) !== '')).toEqual([]);
  });

  test('a profile in use names the process that holds it', async ({ world }) => {
    await world.open();
    const second = world.open();
    await expect(second).rejects.toMatchObject({
      code: 'KT306',
      exitCode: 4,
      message: /open in process \d+ \(.*chrom/i,
    });
  });

  test('a stale lock from this machine does not block the start', async ({ world }) => {
    await mkdir(world.userDataDir, { recursive: true });
    // This process is alive but is not a browser. After a reboot, the lock can name such a process.
    await symlink(`${hostname()}-${process.pid}`, path.join(world.userDataDir, 'SingletonLock'));
    const session = await world.open();
    await session.page.goto(world.site.url);
  });

  test('the error names a display that does not answer', async ({ world }) => {
    const opening = world.open({ headless: false, env: { ...withoutDisplay, DISPLAY: ':4242' } });
    await expect(opening).rejects.toMatchObject({ code: 'KT304', message: /:4242/ });
  });

  test('the browser does not hide that it is automated', async ({ world }) => {
    const session = await world.open();
    const seen = await session.page.evaluate(() => ({ agent: navigator.userAgent, isDriven: navigator.webdriver }));
    expect(seen).toEqual({ agent: expect.stringContaining('HeadlessChrome'), isDriven: true });
    expect((await stat(world.userDataDir)).mode & 0o777).toBe(0o700);
  });
});
