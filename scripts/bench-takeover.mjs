// Measures the takeover page: the delay, size and sharpness of its pictures, the delay of its input, the cost of a
// still page, and where a drag lands; on this machine and over a link of 40 ms each way and 8 Mbit/s; beside x11vnc + websockify + noVNC, if
// those are installed. This is the last part of `npm run bench`.
// Alone: `npm run build && node scripts/bench-takeover.mjs`.
import { spawn } from 'node:child_process';
/* global document, window, requestAnimationFrame, screenX, screenY, outerWidth, outerHeight, innerWidth, innerHeight -- functions for page.evaluate run in a page. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium, devices } from 'playwright';
import { built } from './built.mjs';

const silentLog = { debug() {}, info() {}, warn() {}, error() {}, child: () => silentLog };
const { startFarLink } = await built('tests/simulator/far-link.js');
const dragPx = 300;
const slowLink = { delayMs: () => 40, bitsPerSecond: 8_000_000 };

/**
 * Returns rows of `{ what, link, value, unit, samples }`; a comparison that could not be made has no row. On each link,
 * each viewer has `turns` turns with `changes` timed picture changes each. `onStep` gets a text for each step.
 */
async function measureTakeover({ turns = 6, changes = 15, onStep = () => undefined } = {}) {
  const stage = await openStage();
  const rows = [];
  const row = (what, link, value, unit, samples) => rows.push({ what, link, value, unit, samples });
  try {
    onStep('the browser alone');
    const floor = await captureLatency(stage, turns * changes);
    row(
      'Chromium alone, change to a full-size picture in this process, p50',
      '',
      quantile(floor, 0.5),
      'ms',
      floor.length,
    );
    row(
      'Chromium alone, change to a full-size picture in this process, p95',
      '',
      quantile(floor, 0.95),
      'ms',
      floor.length,
    );
    const novnc = findNoVnc();
    for (const link of ['loopback', '40 ms, 8 Mbit/s']) {
      const shape = link === 'loopback' ? undefined : slowLink;
      const late = { ours: [], novnc: [] };
      // The viewers take turns, because a machine's speed drifts within minutes, by more than the two viewers
      // differ unless one is far behind.
      for (let turn = 1; turn <= turns; turn += 1) {
        onStep(`pictures over ${link}, turn ${turn} of ${turns}`);
        const ours = async () => {
          const viewer = await openViewer(stage, shape);
          late.ours.push(...(await pictureLatency(stage, viewer, changes)));
          await viewer.close();
        };
        const theirs = async () => {
          const viewer = await openNoVnc(stage, novnc, shape);
          late.novnc.push(...(await pictureLatency(stage, viewer, changes)));
          await viewer.close();
        };
        const both = novnc ? [ours, theirs] : [ours];
        for (const measure of turn % 2 === 0 ? both.reverse() : both) await measure();
      }
      row('picture, change to viewer, p50', link, quantile(late.ours, 0.5), 'ms', late.ours.length);
      row('picture, change to viewer, p95', link, quantile(late.ours, 0.95), 'ms', late.ours.length);
      if (novnc) {
        row('noVNC: picture, change to viewer, p50', link, quantile(late.novnc, 0.5), 'ms', late.novnc.length);
        row('noVNC: picture, change to viewer, p95', link, quantile(late.novnc, 0.95), 'ms', late.novnc.length);
        const times = quantile(late.ours, 0.5) / quantile(late.novnc, 0.5);
        row("picture, change to viewer, p50, of noVNC's", link, times, 'x', late.ours.length);
      }
      onStep(`hands over ${link}`);
      const viewer = await openViewer(stage, shape);
      const taps = await inputLatency(stage, viewer, turns * changes);
      row('input, tap to page, p50', link, quantile(taps, 0.5), 'ms', taps.length);
      row('input, tap to page, p95', link, quantile(taps, 0.95), 'ms', taps.length);
      row('moving page', link, await framesPerSecond(stage, viewer), 'fps', 1);
      const drags = [];
      for (let i = 0; i < 3; i += 1) drags.push(await drag(stage, viewer));
      row(`drag of ${dragPx} px, worst miss`, link, Math.max(...drags.map((each) => each.missPx)), 'px', 3);
      row(
        'drag, moves seen by the page',
        link,
        quantile(
          drags.map((each) => each.moves),
          0.5,
        ),
        '',
        3,
      );
      row('drag, events not trusted', link, Math.max(...drags.map((each) => each.untrusted)), '', 3);
      if (link === 'loopback') {
        const { caret, letter } = await typingBytes(stage, viewer);
        row('blinking caret, a picture, p50', link, quantile(caret, 0.5), 'bytes', caret.length);
        row('typed letter, with its caret, p50', link, quantile(letter, 0.5), 'bytes', letter.length);
      }
      const blurred = viewer.pictures.filter(({ isSharp }) => !isSharp).length;
      row('pictures that were not sharp', link, blurred, '', viewer.pictures.length);
      if (link === 'loopback') row('still page, browser and keyturn', link, await stillCost(stage), '% of a core', 1);
      await viewer.close();
    }
  } finally {
    await stage.close();
  }
  return rows;
}

const quantile = (numbers, q) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
};

const stageHtml = `<!doctype html><meta charset="utf-8"><title>bench</title>
<style>body{margin:0;height:700px;overflow:hidden;font:16px sans-serif}p{margin:20px 40px;max-width:380px;color:#445}
#box{position:absolute;left:520px;top:120px;width:240px;height:90px;background:rgb(200,30,30)}
#track{position:absolute;left:470px;top:300px;width:${dragPx + 60}px;height:48px;background:#dde}
#grip{position:absolute;left:0;top:0;width:60px;height:48px;background:#46f}
#field{position:absolute;left:470px;top:400px;width:240px;font:16px sans-serif}
#spin{position:absolute;left:40px;top:520px;width:80px;height:80px;background:#2a7}</style>
<p>${'A page has text beside the thing that moves, as most pages do. '.repeat(14)}</p>
<div id="box"></div><div id="track" class="captcha"><div id="grip"></div></div><input id="field"><div id="spin"></div>
<script>
window.now = () => performance.timeOrigin + performance.now();
window.presses = []; window.drag = { final: 0, moves: 0, untrusted: 0 };
let from = null;
addEventListener('mousedown', (e) => { presses.push(performance.timeOrigin + e.timeStamp); if (!e.isTrusted) drag.untrusted++; });
grip.addEventListener('mousedown', (e) => { from = e.clientX; });
addEventListener('mousemove', (e) => {
  if (from === null) return;
  drag.moves++; if (!e.isTrusted) drag.untrusted++;
  drag.final = e.clientX - from; grip.style.left = drag.final + 'px';
});
addEventListener('mouseup', (e) => { from = null; if (!e.isTrusted) drag.untrusted++; });
window.paint = (color) => { box.style.background = color; return now(); };
window.move = (on) => { spin.getAnimations().forEach((a) => a.cancel());
  if (on) spin.animate([{ transform: 'none' }, { transform: 'translateX(900px) rotate(1turn)' }], { duration: 1500, iterations: Infinity }); };
</script>`;

/** A headed browser under a private Xvfb, as on a server, and another browser in place of the phone. */
async function openStage() {
  const [{ ensureDisplay }, { openSession }, { findBrowser }] = await Promise.all([
    built('src/browser/display.js'),
    built('src/browser/open-session.js'),
    built('src/browser/find-browser.js'),
  ]);
  const found = await findBrowser({ env: process.env });
  const site = createHttpServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(stageHtml);
  });
  await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
  const env = { ...process.env };
  delete env.DISPLAY;
  delete env.WAYLAND_DISPLAY;
  const display = await ensureDisplay({ env });
  const userDataDir = mkdtempSync(path.join(tmpdir(), 'keyturn-bench-takeover-'));
  const session = await openSession({
    userDataDir,
    headless: false,
    executablePath: found.executablePath,
    env: { ...env, ...display.env },
  });
  await session.page.goto(`http://127.0.0.1:${site.address().port}/`);
  const phones = await chromium.launch({
    executablePath: found.executablePath,
    chromiumSandbox: process.getuid?.() !== 0,
  });
  return {
    session,
    page: session.page,
    phones,
    display,
    userDataDir,
    origin: `http://127.0.0.1:${site.address().port}`,
    close: async () => {
      await phones.close();
      await session.close();
      await display.close();
      site.closeAllConnections();
      site.close();
      rmSync(userDataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** Opens the takeover page on the phone, over a slow link if one is given. */
async function openViewer(stage, link) {
  const { startTakeover } = await built('src/takeover/start-takeover.js');
  const { shareListener } = await built('src/takeover/listener.js');
  const proxy = link && (await startFarLink(link));
  const home = mkdtempSync(path.join(tmpdir(), 'keyturn-bench-'));
  const publicUrl = proxy && `http://127.0.0.1:${proxy.port}`;
  const listener = shareListener({ home, host: '127.0.0.1', port: 0, publicUrl, language: 'en', log: silentLog });
  const takeover = await startTakeover({
    home,
    session: stage.session,
    account: 'bench',
    siteTitle: 'bench',
    kind: 'captcha',
    allowedOrigins: [stage.origin],
    publicUrl,
    log: silentLog,
  });
  if (proxy) proxy.target = await listener.port();
  const context = await stage.phones.newContext({ ...devices['Pixel 7'] });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  const pictures = [];
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => typeof payload === 'string' || pictures.push(pictureOf(payload))),
  );
  await page.goto(await listener.linkTo('bench', takeover.newToken().token));
  await page.locator('#start').tap();
  await page.locator('#canvas[data-settled=true]').waitFor();
  const canvas = page.locator('#canvas');
  const toScreen = async ({ x, y }) => {
    const view = await canvas.evaluate((element) => {
      const box = element.getBoundingClientRect();
      return { x: box.x, y: box.y, scale: box.width / element.width };
    });
    return { x: view.x + x * view.scale, y: view.y + y * view.scale };
  };
  return {
    page,
    cdp,
    pictures,
    canvas: '#canvas',
    toScreen,
    close: async () => {
      await takeover.close();
      listener.close();
      rmSync(home, { recursive: true, force: true });
      await context.close();
      await proxy?.close();
    },
  };
}

/** Sharp: the quality is 80 or more. A JPEG of quality 80 divides the mean brightness of a block by 6, a worse one by more. */
function pictureOf(message) {
  const end = 2 + message.readUInt16BE(0);
  const jpeg = message.subarray(end);
  const divisor = jpeg[jpeg.indexOf(Buffer.from([0xff, 0xdb])) + 5];
  return { bytes: message.length, isSharp: divisor <= 6 };
}

/** The size of the pictures that a focused field sends by itself, and per letter that is typed into it. */
async function typingBytes(stage, { pictures }) {
  await stage.page.locator('#field').focus();
  await delay(500);
  const caret = await during(() => delay(5000));
  const letter = [];
  for (const each of 'keyturn-bench') {
    const sent = await during(async () => {
      await stage.page.keyboard.type(each);
      await delay(300);
    });
    letter.push(sent.reduce((sum, bytes) => sum + bytes, 0));
  }
  await stage.page.evaluate(() => document.getElementById('field').blur());
  return { caret, letter };

  async function during(work) {
    const before = pictures.length;
    await work();
    return pictures.slice(before).map(({ bytes }) => bytes);
  }
}

/** The time from a change of colour in the page until the canvas of the viewer shows it. */
async function pictureLatency(stage, viewer, count) {
  const box = await stage.page.locator('#box').boundingBox();
  const at = await viewer.toScreen({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
  const late = [];
  for (let i = 0; i < count + 2; i += 1) {
    const isGreen = i % 2 === 0;
    const seen = viewer.page.evaluate(watchPixel, { selector: viewer.canvas, at, isGreen });
    await delay(250 + Math.random() * 200);
    const changedAt = await stage.page.evaluate(
      (color) => window.paint(color),
      isGreen ? 'rgb(30,200,30)' : 'rgb(200,30,30)',
    );
    const seenAt = await seen;
    if (i >= 2) late.push(seenAt - changedAt);
  }
  return late;
}

/** The time of a bare screencast, before anything is sent anywhere. No viewer can be faster. */
async function captureLatency(stage, count) {
  const cdp = await stage.session.context.newCDPSession(stage.page);
  let arrived = () => undefined;
  cdp.on('Page.screencastFrame', ({ sessionId }) => {
    arrived(performance.timeOrigin + performance.now());
    void cdp.send('Page.screencastFrameAck', { sessionId });
  });
  await cdp.send('Page.startScreencast', { format: 'jpeg', quality: 60, maxWidth: 1280, maxHeight: 1280 });
  await delay(500);
  const late = [];
  for (let i = 0; i < count; i += 1) {
    const frame = new Promise((resolve) => (arrived = resolve));
    const changedAt = await stage.page.evaluate(
      (color) => window.paint(color),
      i % 2 === 0 ? 'rgb(30,200,30)' : 'rgb(200,30,30)',
    );
    late.push((await frame) - changedAt);
    await delay(250 + Math.random() * 200);
  }
  await cdp.detach();
  return late;
}

/** Runs in the viewer's page. */
function watchPixel({ selector, at, isGreen }) {
  const canvas = document.querySelector(selector);
  const box = canvas.getBoundingClientRect();
  const probe = document.createElement('canvas');
  probe.width = probe.height = 1;
  const context = probe.getContext('2d', { willReadFrequently: true });
  const [x, y] = [((at.x - box.x) * canvas.width) / box.width, ((at.y - box.y) * canvas.height) / box.height];
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error('a change was not seen within 20 s')), 20_000);
    const look = () => {
      context.drawImage(canvas, x, y, 1, 1, 0, 0, 1, 1);
      const [red, green] = context.getImageData(0, 0, 1, 1).data;
      if (isGreen ? green > red + 60 : red > green + 60) resolve(performance.timeOrigin + performance.now());
      else requestAnimationFrame(look);
    };
    look();
  });
}

/** The time from the touch on the phone to the press in the page. */
async function inputLatency(stage, viewer, count) {
  await viewer.page.evaluate(() => {
    window.touches = [];
    document.addEventListener('pointerdown', (e) => window.touches.push(performance.timeOrigin + e.timeStamp), true);
  });
  await stage.page.evaluate(() => void (window.presses.length = 0));
  const box = await stage.page.locator('#box').boundingBox();
  for (let i = 0; i < count; i += 1) {
    const point = await viewer.toScreen({ x: box.x + 20 + Math.random() * 180, y: box.y + 20 + Math.random() * 50 });
    await viewer.cdp.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [point] });
    await viewer.cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await stage.page.waitForFunction((wanted) => window.presses.length >= wanted, i + 1);
    await delay(120);
  }
  const [touches, presses] = [
    await viewer.page.evaluate(() => window.touches),
    await stage.page.evaluate(() => window.presses),
  ];
  return presses.map((pressedAt, i) => pressedAt - touches[i]);
}

async function framesPerSecond(stage, viewer) {
  await stage.page.evaluate(() => window.move(true));
  await delay(1000);
  const [before, startedAt] = [viewer.pictures.length, performance.now()];
  await delay(3000);
  const rate = (viewer.pictures.length - before) / ((performance.now() - startedAt) / 1000);
  await stage.page.evaluate(() => window.move(false));
  await delay(600);
  return rate;
}

/** Drags the slider as a thumb does. Returns by how much it missed the goal, and what the page received. */
async function drag(stage, viewer) {
  await stage.page.evaluate(() => {
    window.drag = { final: 0, moves: 0, untrusted: 0 };
    document.getElementById('grip').style.left = '0px';
  });
  await delay(500);
  const grip = await stage.page.locator('#grip').boundingBox();
  const from = await viewer.toScreen({ x: grip.x + 30, y: grip.y + 24 });
  const to = await viewer.toScreen({ x: grip.x + 30 + dragPx, y: grip.y + 24 });
  await viewer.cdp.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [from] });
  const steps = 72;
  for (let step = 1; step <= steps; step += 1) {
    const part = (1 - Math.cos((Math.PI * step) / steps)) / 2;
    const wobble = step === steps ? 0 : Math.sin(step) * 1.2;
    const touchPoints = [{ x: from.x + (to.x - from.x) * part, y: from.y + wobble }];
    await viewer.cdp.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints });
    await delay(12);
  }
  await viewer.cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await delay(700);
  const { final, moves, untrusted } = await stage.page.evaluate(() => window.drag);
  return { missPx: Math.abs(final - dragPx), moves, untrusted };
}

/** The percentage of one core that the server side (its browser and this process) uses while nothing moves. */
async function stillCost(stage) {
  // By then the last touch has no more effect. The kernel counts in steps of 10 ms, so measure for long.
  await delay(6000);
  const [cpuBefore, startedAt] = [cpuMs(stage.userDataDir), performance.now()];
  await delay(20_000);
  return (100 * (cpuMs(stage.userDataDir) - cpuBefore)) / (performance.now() - startedAt);
}

function cpuMs(userDataDir) {
  const processes = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const isOurs = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(userDataDir);
      processes.set(pid, { parent: fields[1], isOurs, ticks: Number(fields[11]) + Number(fields[12]) });
    } catch {
      // The process ended in the meantime.
    }
  }
  const belongs = (pid) => {
    const entry = processes.get(pid);
    return entry !== undefined && (entry.isOurs || belongs(entry.parent));
  };
  const ticks = [...processes].filter(([pid]) => belongs(pid)).reduce((sum, [, entry]) => sum + entry.ticks, 0);
  const { user, system } = process.cpuUsage();
  return ticks * 10 + (user + system) / 1000;
}

function findNoVnc() {
  const find = (name) =>
    (process.env.PATH ?? '')
      .split(':')
      .map((folder) => path.join(folder, name))
      .find((file) => existsSync(file));
  const pages = ['/usr/share/novnc', '/usr/share/webapps/novnc', '/opt/novnc'].find((folder) => existsSync(folder));
  const [x11vnc, websockify] = [find('x11vnc'), find('websockify')];
  return x11vnc && websockify && pages ? { x11vnc, websockify, pages } : undefined;
}

/** Opens noVNC with its defaults, on the same display and the same phone. */
async function openNoVnc(stage, { x11vnc, websockify, pages }, link) {
  const [vncPort, webPort] = [await freePort(), await freePort()];
  const env = { ...process.env, ...stage.display.env };
  const vnc = spawn(x11vnc, ['-localhost', '-nopw', '-forever', '-shared', '-quiet', '-rfbport', String(vncPort)], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  // x11vnc prints its port once it listens. Do not probe the port: a connection that is closed at once can block
  // x11vnc for good.
  await new Promise((resolve, reject) => {
    vnc.stdout.on('data', (data) => String(data).includes('PORT=') && resolve());
    vnc.once('exit', () => reject(new Error('x11vnc ended before it listened')));
  });
  const web = spawn(websockify, ['--web', pages, `127.0.0.1:${webPort}`, `127.0.0.1:${vncPort}`], {
    env,
    stdio: 'ignore',
  });
  const proxy = link && (await startFarLink(link));
  if (proxy) proxy.target = webPort;
  await listening(webPort);
  const context = await stage.phones.newContext({ ...devices['Pixel 7'] });
  const page = await context.newPage();
  const canvas = '#noVNC_container canvas, #noVNC_screen canvas';
  await page.goto(`http://127.0.0.1:${proxy?.port ?? webPort}/vnc.html?autoconnect=true&resize=scale`);
  await page.locator(canvas).first().waitFor();
  await delay(2000);
  return {
    page,
    canvas,
    // The picture shows the whole display, including the bars of the browser.
    toScreen: async ({ x, y }) => {
      const window = await stage.page.evaluate(() => ({
        x: screenX + (outerWidth - innerWidth) / 2,
        y: screenY + outerHeight - innerHeight,
      }));
      const box = await page.locator(canvas).first().boundingBox();
      const width = await page
        .locator(canvas)
        .first()
        .evaluate((element) => element.width);
      const scale = box.width / width;
      return { x: box.x + (window.x + x) * scale, y: box.y + (window.y + y) * scale };
    },
    close: async () => {
      await context.close();
      await proxy?.close();
      await Promise.all([vnc, web].map(endChild));
    },
  };
}

/** x11vnc sometimes ignores the signal. */
async function endChild(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  const killing = setTimeout(() => child.kill('SIGKILL'), 3000);
  await ended;
  clearTimeout(killing);
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listening(port) {
  for (let tries = 0; tries < 100; tries += 1) {
    const isOpen = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (isOpen) return;
    await delay(100);
  }
  throw new Error(`nothing listens on port ${port}`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const rows = await measureTakeover({ onStep: (step) => process.stderr.write(`measuring: ${step}\n`) });
  const lines = rows.map(({ what, link, value, unit }) => [
    what,
    link,
    `${Number(value.toFixed(unit === 'x' ? 2 : 1))} ${unit}`.trim(),
  ]);
  const widths = [0, 1].map((column) => Math.max(...lines.map((line) => line[column].length)));
  for (const line of lines) console.log(`${line[0].padEnd(widths[0])}  ${line[1].padEnd(widths[1])}  ${line[2]}`);
  console.log(
    `Node ${process.version}, ${process.platform}; noVNC ${findNoVnc() ? 'measured' : 'is not installed here'}`,
  );
}
