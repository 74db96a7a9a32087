import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shiftedClockEnv } from '../simulator/shifted-clock-env.js';
import { longIf } from '../support/long-form.js';
import { dayMs, expect, expectRun, phone, test, type World } from '../support/world.js';

const hourMs = 3_600_000;
const yearMs = 365 * dayMs;

/** Runs a command with the machine's clock this far ahead of the site's. */
const withClock = (world: World, aheadMs: number, ...args: string[]) =>
  world.startWith(shiftedClockEnv(world.simulator.clock.offsetMs + aheadMs), ...args).ended;

const rotations = (world: World) => world.simulator.console.truth(phone).rotations;

/** An account whose session cookie lives for a month, with a fresh key. */
async function addSignedIn(world: World, method: string): Promise<void> {
  const { console: site } = world.simulator;
  const { bxAuth, xsrf } = site.issueSession(phone);
  const expires = Math.round((Date.now() + 30 * dayMs) / 1000);
  const more = { domain: new URL(site.url).hostname, path: '/', expires, httpOnly: false, secure: false };
  const cookies = [
    { name: 'BXAuth', value: bxAuth, sameSite: 'Lax', ...more },
    { name: 'XSRF-TOKEN', value: encodeURIComponent(xsrf), sameSite: 'Lax', ...more },
  ];
  const file = join(world.home, 'state.json');
  await writeFile(file, JSON.stringify({ cookies, origins: [] }), { mode: 0o600 });
  const flags = ['--name', 'work', '--base-url', site.url, '--probe-url', site.apiUrl, '--method', method];
  await world.prepare('account', 'import', file, ...flags);
  await world.prepare('refresh', '--method', 'http');
}

test.describe('without Feishu', () => {
  test.use({ hasFeishu: false });

  for (const method of ['http', 'browser'] as const) {
    for (const [title, aheadMs] of [
      ['20 years ahead', 20 * yearMs],
      ['20 years behind', -20 * yearMs],
      ['2 hours ahead', 2 * hourMs],
      ['2 hours behind', -2 * hourMs],
    ] as const) {
      const isShort = method === 'http' || aheadMs === 20 * yearMs;
      test(
        `a clock ${title} neither rotates a good key nor drops a cookie (${method})`,
        longIf(!isShort),
        async ({ world }) => {
          await addSignedIn(world, method);
          for (const _run of [1, 2, 3]) expectRun(await withClock(world, aheadMs, 'refresh'), 0, /not due/);
          expect(rotations(world)).toBe(1);
          expectRun(await withClock(world, aheadMs, 'key'), 0);
          expectRun(await withClock(world, aheadMs, 'refresh', '--force'), 0, /renewed.*(7d|6d 2\dh) left/s);
          const { cookies } = JSON.parse(await world.read('work', 'session.json')) as { cookies: { name: string }[] };
          expect(cookies.map(({ name }) => name)).toContain('BXAuth');
          expectRun(await world.cli('refresh'), 0, /not due/);
          expectRun(await world.cli('refresh', '--force'), 0, /renewed/);
          expect(rotations(world)).toBe(3);
          expect(JSON.parse(await world.read('work', 'key.json'))).not.toHaveProperty('clock');
        },
      );
    }
  }

  test('with a clock that is behind, an expired key is not shown as good', async ({ world }) => {
    await addSignedIn(world, 'http');
    world.simulator.clock.advance(7 * dayMs + hourMs);
    // Nothing has measured the clock yet, but the key cannot be from the future.
    const unknown = await withClock(world, -20 * yearMs, 'status', '--json');
    expect(JSON.parse(unknown.stdout)).toMatchObject({ accounts: [{ key: 'unknown-expiry' }] });
    expectRun(await withClock(world, -20 * yearMs, 'key'), 1, /KT163/);
    // An answer that asks for a sign-in shows the clock, too.
    world.simulator.console.expireSessions(phone);
    expectRun(await withClock(world, -2 * hourMs, 'refresh'), 3, /clock is 120 min behind/);
    const status = await withClock(world, -2 * hourMs, 'status');
    expectRun(status, 0, /expired[^]*clock is 120 min behind the site's/);
    expectRun(await withClock(world, -2 * hourMs, 'key'), 1, /expired at.*KT154/s);
    expect(rotations(world)).toBe(1);
  });

  test('with a clock that is 20 years behind, an expired key is renewed', async ({ world }) => {
    await addSignedIn(world, 'http');
    world.simulator.clock.advance(8 * dayMs);
    expectRun(await withClock(world, -20 * yearMs, 'refresh'), 0, /renewed.*because the key had expired/);
    expectRun(await withClock(world, -20 * yearMs, 'refresh'), 0, /not due/);
    expect(rotations(world)).toBe(2);
  });

  test('where the site shows no time, a record from the future rotates nothing', async ({ world }) => {
    await addSignedIn(world, 'http');
    world.simulator.console.weather.set({ serverDateSkewMs: 1e18 });
    for (const _run of [1, 2]) expectRun(await withClock(world, -20 * yearMs, 'refresh'), 1, /KT614/);
    expect(rotations(world)).toBe(1);
    expectRun(await world.cli('refresh'), 0, /not due/);
  });
});

test('an expiry that is past right after a rotation is printed by every run and sent once', async ({ world }) => {
  await world.addImported();
  // By its own clock, the site gives out keys that have expired long ago.
  world.simulator.console.weather.set({ serverDateSkewMs: 20 * yearMs });
  const senseless = /expiry that the console shows was not understood or makes no sense/;
  for (const _run of [1, 2]) expect((await world.cli('refresh')).stderr).toMatch(senseless);
  expect((await world.cli('refresh', '--scheduled')).stderr).toMatch(senseless);
  expect((await world.cli('refresh', '--force')).stderr).toMatch(senseless);
  const sent = world.simulator.feishu.messages().map((message) => world.simulator.feishu.cardText(message as never));
  expect(sent.filter((text) => text.includes('看不懂密钥的有效期'))).toHaveLength(1);
  expect(rotations(world)).toBe(2);
});
