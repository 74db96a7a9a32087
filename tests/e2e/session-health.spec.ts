import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dayMs, expect, expectRun, phone, test, type World } from '../support/world.js';

const hourMs = 3_600_000;

const reads = (world: World) => world.simulator.console.requests().filter(({ path }) => path === '/api/openapi/apikey');
const settings = (world: World, more: object = {}) =>
  writeFile(
    join(world.home, 'settings.json'),
    JSON.stringify({ watch: { quietHours: 'off', jitter: '0s' }, ...more }),
    {
      mode: 0o600,
    },
  );
const question = (world: World) =>
  world.simulator.feishu.waitForMessage(
    (message) => world.simulator.feishu.cardText(message).includes('[这次跳过]'),
    60_000,
  );

/** Renews the key, then lets a day and an hour pass in which nothing uses the session. */
async function restedSession(world: World, more: object = {}): Promise<void> {
  await settings(world, more);
  await world.addImported();
  await world.prepare('refresh');
  world.simulator.clock.advance(dayMs + hourMs);
}

async function newCookies(world: World): Promise<string> {
  const { cookieHeader, xsrf } = world.simulator.console.issueSession(phone);
  const file = join(world.home, 'new-secrets.json');
  await writeFile(file, JSON.stringify({ name: '', cookie: cookieHeader, xsrf }), { mode: 0o600 });
  return file;
}

test('a session unused for a day gets one request, and its new cookies are saved', async ({ world }) => {
  await restedSession(world);
  world.simulator.console.weather.set({ xsrfRotates: true });
  const before = { reads: reads(world).length, session: await world.read('work', 'session.json') };
  expectRun(await world.cli('refresh'), 0, /not due/);
  expect(reads(world).slice(before.reads)).toMatchObject([{ method: 'GET', phone, status: 200 }]);
  expect(await world.read('work', 'session.json')).not.toBe(before.session);
  expectRun(await world.cli('refresh'), 0, /not due/);
  expect(reads(world)).toHaveLength(before.reads + 1);
  expect((await world.inProcess('status')).stdout).toMatch(/session: found alive/);
  expect(world.simulator.console.truth(phone).rotations).toBe(1);
  // A renewal uses the session: what was seen before it says nothing new.
  world.simulator.clock.advance(60_000);
  await world.prepare('refresh', '--force', '--method', 'http');
  expect((await world.inProcess('status')).stdout).not.toContain('session:');
});

test('an unused session gets no request if the setting turns that off', async ({ world }) => {
  await restedSession(world, { session: { keepAlive: 'off' } });
  await world.addImported('other', { phone: '15100005678', flags: ['--method', 'browser'] });
  const before = reads(world).length;
  expectRun(await world.cli('refresh', 'work'), 0, /not due/);
  expect(reads(world)).toHaveLength(before);
});

test('an unused session gets no request while another run holds the account', async ({ world }) => {
  await restedSession(world);
  const before = reads(world).length;
  const { lock } = await import('../../src/store/home.js').then(({ accountPaths }) => accountPaths(world.home, 'work'));
  const { acquireLock } = await import('../../src/store/lock.js');
  const held = await acquireLock(lock, { command: 'keyturn refresh', runId: 'run_test' });
  try {
    expectRun(await world.cli('refresh'), 0, /not due/);
    expect(reads(world)).toHaveLength(before);
  } finally {
    await held.release();
  }
});

test('an expired session is asked about once, until new cookies are imported', async ({ world }) => {
  await restedSession(world);
  world.simulator.console.expireSessions(phone);
  const debug = { KEYTURN_LOG_LEVEL: 'debug' };
  const run = world.startWith(debug, 'refresh', '--wait', '60s');
  const card = await question(world);
  await world.simulator.feishu.press(card.messageId, '这次跳过');
  const first = await run.ended;
  expectRun(first, 3, /KT601[\s\S]*The current key works until[\s\S]*keyturn unblock work/);

  const asked = { reads: reads(world).length, messages: world.simulator.feishu.messages().length };
  expectRun(await world.cli('refresh'), 3, /KT601/);
  expect(reads(world)).toHaveLength(asked.reads);
  expect(world.simulator.feishu.messages()).toHaveLength(asked.messages);
  expect((await world.inProcess('status')).stdout).toMatch(/waiting for you: login[\s\S]*session: signed out/);

  const file = await newCookies(world);
  expectRun(await world.cli('account', 'import', file, '--name', 'work', '--update'), 0, /new session/);
  const last = await world.startWith(debug, 'refresh').ended;
  expectRun(last, 0, /not due/);
  expect((await world.inProcess('status')).stdout).not.toContain('signed out');
  expect(world.simulator.console.truth(phone).rotations).toBe(1);

  const text = await world.read('work', 'history.jsonl');
  for (const event of ['signed-in', 'rotate', 'key-published', 'question', 'answer']) expect(text).toContain(event);

  // The log has the debug level and covers requests to the console and to Feishu.
  const { cookies } = await world.json<{ cookies: { value: string }[] }>('work', 'session.json');
  const { currentKey } = world.simulator.console.truth(phone);
  const secrets = [currentKey ?? '', phone, world.simulator.feishu.appSecret, ...cookies.map(({ value }) => value)];
  const log = await readFile(join(world.home, 'logs', 'keyturn.log'), 'utf8');
  expect(log).toContain('"level":20');
  for (const secret of secrets) {
    for (const place of [log, text, first.stdout, first.stderr, last.stdout, last.stderr]) {
      expect(place.includes(secret)).toBe(false);
    }
  }
});

test('the watch asks about an expired session once', async ({ world }) => {
  await restedSession(world);
  world.simulator.console.expireSessions(phone);
  const watch = world.start('watch');
  await question(world);
  expect(world.simulator.console.truth(phone).rotations).toBe(1);
  watch.process.kill('SIGTERM');
  expectRun(await watch.ended, 0, /requires a new sign-in/);
  const history = await world.read('work', 'history.jsonl');
  const questions = history.split('\n').filter((line) => line.includes('"event":"question"'));
  expect(questions).toHaveLength(1);
  const log = await readFile(join(world.home, 'logs', 'keyturn.log'), 'utf8');
  const { runId } = JSON.parse(questions[0] ?? '') as { runId: string };
  expect(log).toContain(runId);
  expect((await world.json<{ runId: string }>('work', 'question.json')).runId).toBe(runId);
});
