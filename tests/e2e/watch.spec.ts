import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyturnChild } from '../simulator/keyturn-child.js';
import { browserSettings } from '../support/test-browser.js';
import { expect, expectRun, phone, test, type World } from '../support/world.js';
import { jsonAnswer } from '../support/json-answer.js';
import { long } from '../support/long-form.js';

const hourMs = 3_600_000;
const slider = { captcha: { where: 'dialog', on: 'rotate', nth: 1, after: 'reissue' } } as const;

interface QuestionFile {
  id: string;
  state: string;
  askedAt: string;
  answeredVia?: string;
  snoozedUntil?: string;
  reached?: string[];
}

async function settings(world: World, watch: object, more: object = {}): Promise<void> {
  const text = JSON.stringify({
    browser: browserSettings(),
    watch: { quietHours: 'off', jitter: '0s', ...watch },
    ...more,
  });
  await writeFile(join(world.home, 'settings.json'), text, { mode: 0o600 });
}

const isQuestion = (world: World) => (message: { messageId: string }) =>
  world.simulator.feishu.cardText(message as never).includes('[打开浏览器]');

/** Returns a range of the day from `fromMs` to `toMs`, both relative to now. */
function around(world: World, fromMs: number, toMs: number): string {
  const clock = (ms: number) => {
    const at = new Date(world.simulator.clock.now() + ms);
    return `${String(at.getHours()).padStart(2, '0')}:${String(at.getMinutes()).padStart(2, '0')}`;
  };
  return `${clock(fromMs)}-${clock(toMs)}`;
}

const cards = (world: World) =>
  world.simulator.feishu.messages().filter((message) => message.msgType === 'interactive');

const question = (world: World) => world.simulator.feishu.waitForMessage(isQuestion(world), 60_000);

const questionFile = (world: World) => world.json<QuestionFile>('work', 'question.json');

/** A watch that waited for its page or answer, which never comes, would take a minute. */
const soonMs = 20_000;

/** Ends the watch and resolves with the time that took, in milliseconds. */
async function stop(watch: KeyturnChild): Promise<number> {
  const from = Date.now();
  watch.process.kill('SIGTERM');
  expectRun(await watch.ended, 0, /watch ended/);
  return Date.now() - from;
}

/** Returns the command lines of all processes that use this home, browsers included. */
function processesOf(home: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return command.includes(home) ? [command] : [];
      } catch {
        return [];
      }
    });
}

async function dueWithSlider(
  world: World,
  { watch = {}, method = 'http' }: { watch?: object; method?: 'browser' | 'http' } = {},
): Promise<void> {
  await settings(world, watch);
  await world.addDue(method);
  world.simulator.console.weather.set(slider);
}

test('a key is renewed when it falls due, and not before', async ({ world }) => {
  await settings(world, {});
  await world.addImported();
  await world.prepare('refresh');
  const [line] = jsonAnswer('status', await world.inProcess('status', '--json')).accounts;
  const dueAt = Date.parse(line?.dueAt ?? '');
  world.simulator.clock.advance(dueAt - 6000 - world.simulator.clock.now());
  const watch = world.start('watch');
  await expect.poll(() => world.simulator.console.truth(phone).rotations, { timeout: 30_000 }).toBe(2);
  const rotation = world.simulator.console
    .requests()
    .filter((request) => request.method === 'POST' && request.path.endsWith('/apikey'))
    .at(-1);
  expect(Date.parse(rotation?.at ?? '')).toBeGreaterThanOrEqual(dueAt);
  await stop(watch);
});

test('keys that expire at once are not renewed without a pause', long, async ({ world }) => {
  await settings(world, {});
  world.simulator.console.weather.set({ keyLifetimeMs: 1000 });
  await world.addImported();
  const watch = world.start('watch');
  await expect.poll(() => world.simulator.console.truth(phone).rotations, { timeout: 30_000 }).toBe(1);
  await expect.poll(async () => (await world.inProcess('status')).stdout).toContain('renewed');
  // The runs that follow take longer than a renewal would.
  for (let look = 0; look < 3; look += 1) expectRun(await world.cli('status'), 0);
  expect(world.simulator.console.truth(phone).rotations).toBe(1);
  await stop(watch);
});

test('an account that fails does not stop the others', async ({ world }) => {
  await settings(world, {});
  await world.addImported('broken', { phone: '15100005678' });
  await world.addImported('work');
  world.simulator.console.expireSessions('15100005678');
  await writeFile(join(world.home, 'accounts', 'broken', 'key.json'), '{', { mode: 0o600 });
  const watch = world.start('watch');
  await expect.poll(() => world.simulator.console.truth(phone).rotations, { timeout: 30_000 }).toBe(1);
  expect(await stop(watch)).toBeLessThan(soonMs);
  expect((await watch.ended).stderr).toMatch(/broken: .*damaged|broken: .*key\.json/);
});

test("the card's button opens the browser, and the renewal resumes", async ({ world }) => {
  await dueWithSlider(world, { method: 'browser' });
  const watch = world.start('watch');
  const card = await question(world);
  expect(card.imageKeys).toHaveLength(1);
  expect((await world.simulator.feishu.press(card.messageId, '打开浏览器')).toast?.type).toBe('success');
  await world.owner.dragSlider();
  await world.owner.leave();
  await expect.poll(() => world.simulator.console.truth(phone).rotations, { timeout: 30_000 }).toBe(2);
  const done = (message: { messageId: string }) =>
    world.simulator.feishu.cardText(message as never).includes('密钥已续期');
  await expect.poll(() => cards(world).filter(done)).toHaveLength(2);
  expect(world.simulator.feishu.cardText(card)).not.toContain('[打开浏览器]');
  expect(world.simulator.feishu.connectionsMade()).toBe(1);
  await expect.poll(async () => (await questionFile(world)).state).toBe('resolved');
  await stop(watch);
});

test('a code from the card reaches only the page that waits for it', async ({ world }) => {
  await settings(world, {});
  await world.addDue('browser');
  world.simulator.console.weather.set({ smsOnReset: true, smsInput: 'boxes' });
  const watch = world.start('watch');
  const card = await world.simulator.feishu.waitForMessage(
    (message) => world.simulator.feishu.cardText(message).includes('[提交]'),
    60_000,
  );
  await expect.poll(() => world.simulator.console.smsCount(phone)).toBeGreaterThan(0);
  const code = world.simulator.console.smsCodeFor(phone) ?? '';
  await world.simulator.feishu.press(card.messageId, '提交', { formValue: { code } });
  await expect.poll(() => world.simulator.console.truth(phone).rotations, { timeout: 30_000 }).toBe(2);
  expect(world.simulator.feishu.connectionsMade()).toBe(1);
  await expect.poll(() => world.simulator.feishu.cardText(card)).not.toContain('[提交]');
  await stop(watch);
  const texts = [...(await world.files()).map((file) => file.text), (await watch.ended).stderr];
  for (const text of texts) expect(text).not.toContain(code);
});

test('a challenge dismissed as a false alarm is logged', long, async ({ world }) => {
  await dueWithSlider(world, { method: 'browser' });
  const watch = world.start('watch');
  const card = await question(world);
  await world.simulator.feishu.press(card.messageId, '误报');
  const log = () => readFileSync(join(world.home, 'logs', 'keyturn.log'), 'utf8');
  await expect.poll(log, { timeout: 30_000 }).toContain('a false alarm');
  await stop(watch);
});

test('a refresh leaves questions to a running watch', async ({ world }) => {
  // In quiet hours the watch neither renews nor asks.
  await dueWithSlider(world, { watch: { quietHours: around(world, -hourMs, hourMs) } });
  const watch = world.start('watch');
  await expect.poll(() => world.simulator.feishu.connections()).toBe(1);
  expectRun(await world.cli('refresh', '--wait', '60s'), 3, /keyturn watch is running and asks the owner/);
  expectRun(await world.cli('refresh', '--wait', '60s'), 3, /KT603/);
  expect(cards(world).filter(isQuestion(world))).toEqual([]);

  await settings(world, {});
  watch.process.kill('SIGHUP');
  const card = await question(world);
  expectRun(await world.cli('refresh', '--wait', '60s'), 3, /KT603/);
  expect(cards(world).filter(isQuestion(world))).toHaveLength(1);
  await world.simulator.feishu.press(card.messageId, '这次跳过');
  await expect.poll(async () => (await questionFile(world)).state).toBe('declined');
  await expect.poll(() => world.simulator.feishu.cardText(card)).not.toContain('[打开浏览器]');
  await stop(watch);
});

test('the watch accepts the answer to a card of a killed run', async ({ world }) => {
  await dueWithSlider(world);
  const run = world.start('refresh', '--wait', '10m');
  const card = await question(world);
  await expect.poll(async () => (await questionFile(world)).reached).toEqual(['card']);
  run.process.kill('SIGKILL');
  await run.ended;
  const watch = world.start('watch');
  await expect.poll(() => world.simulator.feishu.connections()).toBe(1);
  await expect.poll(() => readFileSync(join(world.home, 'logs', 'keyturn.log'), 'utf8')).toContain('heard again');
  const before = world.simulator.clock.now();
  expect((await world.simulator.feishu.press(card.messageId, '1 小时后提醒')).toast?.type).toBe('success');
  await expect.poll(async () => (await questionFile(world)).state).toBe('snoozed');
  const { snoozedUntil, answeredVia } = await questionFile(world);
  expect(answeredVia).toBe('card');
  expect(Math.abs(Date.parse(snoozedUntil ?? '') - before - hourMs)).toBeLessThan(30_000);
  expect(cards(world).filter(isQuestion(world))).toEqual([]);
  await stop(watch);
});

test('a question survives a restart of the watch', async ({ world }) => {
  await dueWithSlider(world);
  const first = world.start('watch');
  const card = await question(world);
  await expect.poll(async () => (await questionFile(world)).reached).toEqual(['card']);
  expect(await stop(first)).toBeLessThan(soonMs);
  expect((await questionFile(world)).state).toBe('asked');
  expect(world.simulator.feishu.cardText(card)).toContain('[打开浏览器]');
  expect(world.simulator.feishu.cardText(card)).toContain('keyturn unblock work');

  const createdAt = world.simulator.clock.now() - hourMs;
  const older = world.simulator.feishu.say('ok', { createdAt, waitMs: 60_000 });
  const second = world.start('watch');
  await expect.poll(() => world.simulator.feishu.cardText(card)).not.toContain('keyturn unblock work');
  expect((await older).acked).toBe(true);
  await world.simulator.feishu.say('跳过');
  await expect.poll(async () => (await questionFile(world)).state).toBe('declined');
  expect((await questionFile(world)).answeredVia).toBe('chat');
  await stop(second);
});

test('unblock settles a question of the watch', long, async ({ world }) => {
  test.slow();
  await dueWithSlider(world, { method: 'browser' });
  const watch = world.start('watch');
  const card = await question(world);
  const unblock = world.start('unblock', '--wait', '60s');
  await world.owner.dragSlider();
  await world.owner.leave();
  expectRun(await unblock.ended, 0, /renewed/);
  // The watch reads the question again within a minute.
  await expect.poll(() => world.simulator.feishu.cardText(card), { timeout: 90_000 }).toContain('已在别处处理');
  await stop(watch);
});

test('quiet hours delay a question unless the key would expire', async ({ world }) => {
  world.simulator.console.weather.set({ keyLifetimeMs: 10 * hourMs });
  await settings(world, {});
  await world.addImported('work', { flags: ['--method', 'http'] });
  await world.prepare('refresh', '--method', 'http');
  world.simulator.clock.advance(6 * hourMs);
  world.simulator.console.weather.set(slider);
  await settings(world, { quietHours: around(world, -hourMs, hourMs) });
  const messages = cards(world).length;
  const watch = world.start('watch');
  await expect
    .poll(async () => (await world.inProcess('status')).stdout, { timeout: 30_000 })
    .toContain('waiting for you');
  expect((await questionFile(world)).reached).toBeUndefined();
  expect(cards(world)).toHaveLength(messages);

  // The question is sent if the key would expire before the quiet hours end.
  await settings(world, { quietHours: around(world, -hourMs, 8 * hourMs) });
  watch.process.kill('SIGHUP');
  await question(world);
  await stop(watch);
});

for (const [title, weather, method] of [
  ['a renewal', { hang: { next: 5, on: 'read' } }, 'http'],
  ['a browser', { renderDelayMs: 60_000 }, 'browser'],
] as const) {
  test(`the watch ends soon while ${title} is running`, async ({ world }) => {
    await settings(world, {});
    await world.addImported('work', { flags: ['--method', method] });
    world.simulator.console.weather.set(weather);
    const watch = world.start('watch');
    await expect
      .poll(() => world.simulator.console.requests().filter((request) => request.phone === phone).length, {
        timeout: 30_000,
      })
      .toBeGreaterThan(0);
    expect(await stop(watch)).toBeLessThan(soonMs);
    await expect.poll(() => processesOf(world.home)).toEqual([]);
  });
}

test('only one watch runs per home, and status shows it', async ({ world }) => {
  await settings(world, {});
  await world.addImported();
  const watch = world.start('watch');
  await expect.poll(() => world.simulator.console.truth(phone).rotations, { timeout: 30_000 }).toBe(1);
  expectRun(await world.cli('watch'), 4, /KT220/);
  expectRun(await world.cli('status'), 0, new RegExp(`watch is running: keyturn watch \\(pid ${watch.process.pid}`));
  await stop(watch);
  expect((await world.inProcess('status')).stdout).not.toContain('watch is running');
});

test('SIGHUP reloads the settings, and heartbeat addresses are not logged', async ({ world }) => {
  const pings: string[] = [];
  const server = createServer((request, response) => {
    // A browser of another test may have had this port, and its owner may still look for it here.
    if (request.url?.startsWith('/ping')) pings.push(request.url);
    response.statusCode = 500;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await settings(world, {});
    const watch = world.start('watch');
    await expect.poll(() => world.simulator.feishu.connections()).toBe(1);
    const heartbeatUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ping/s3cret-check-id`;
    await settings(world, { heartbeatUrl });
    watch.process.kill('SIGHUP');
    await expect.poll(() => pings).toEqual(['/ping/s3cret-check-id']);
    await expect.poll(() => readFileSync(join(world.home, 'logs', 'keyturn.log'), 'utf8')).toContain('HTTP 500');
    await settings(world, { jitter: 'soon' });
    watch.process.kill('SIGHUP');
    await expect.poll(() => readFileSync(join(world.home, 'logs', 'keyturn.log'), 'utf8')).toContain('KT105');
    await settings(world, { heartbeatUrl });
    await world.addImported();
    watch.process.kill('SIGHUP');
    await expect.poll(() => world.simulator.console.truth(phone).rotations, { timeout: 30_000 }).toBe(1);
    await stop(watch);
    const run = await watch.ended;
    expect(run.stderr).toMatch(/settings loaded anew[\s\S]*cannot be used[\s\S]*KT105/);
    expect(run.stderr + readFileSync(join(world.home, 'logs', 'keyturn.log'), 'utf8')).not.toContain('s3cret');
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
