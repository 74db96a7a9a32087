import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { shiftedClockEnv } from '../simulator/shifted-clock-env.js';
import { dayMs, expect, expectRun, phone, test } from '../support/world.js';
import { jsonAnswer } from '../support/json-answer.js';
import { long, longIf } from '../support/long-form.js';

test.use({ hasFeishu: false });

interface KeyFile {
  current: { key: string; obtainedBy: string; expiresAt: string; provedAt?: string };
  previous: { key: string }[];
}

test('a key that is not due causes no request', async ({ world }) => {
  await world.addImported();
  expectRun(await world.cli('refresh'), 0, /renewed over HTTP/);
  const before = world.simulator.console.requests().length;
  const run = await world.cli('refresh');
  expectRun(run, 0, /not due/);
  expect(world.simulator.console.requests()).toHaveLength(before);
});

test.describe('with Feishu set up', () => {
  test.use({ hasFeishu: true });

  test('a key that is not due loads neither Playwright nor the Feishu SDK nor any other package beside the bundle', async ({
    world,
  }, testInfo) => {
    await world.addImported();
    await world.prepare('refresh');
    // The first run that is not due records when to check the session. The following hourly runs read that record.
    await world.prepare('refresh');
    const [hooks, preload, report] = ['hooks.mjs', 'preload.mjs', 'loaded'].map((name) => testInfo.outputPath(name));
    const record = (file: string) => `appendFileSync(${JSON.stringify(report)}, ${file} + '\\n');`;
    await writeFile(
      hooks!,
      `import { appendFileSync } from 'node:fs';
    export function load(url, context, next) { ${record('url')} return next(url, context); }`,
    );
    await writeFile(
      preload!,
      `import { appendFileSync } from 'node:fs';
    import { createRequire, register } from 'node:module';
    register(${JSON.stringify(pathToFileURL(hooks!).href)});
    process.on('exit', () => { for (const file in createRequire(import.meta.url).cache) ${record('file')} });`,
    );
    const loadedBy = async (...args: string[]) => {
      await writeFile(report!, '');
      const run = await world.startWith({ NODE_OPTIONS: `--import=${pathToFileURL(preload!).href}` }, ...args).ended;
      expectRun(run, 0);
      const files = (await readFile(report!, 'utf8')).split('\n').filter((file) => file !== '');
      return files.filter((file) => !file.startsWith('node:'));
    };
    const notDue = await loadedBy('refresh');
    expect(notDue.filter((file) => file.includes('node_modules'))).toEqual([]);
    expect(notDue.length).toBeLessThan(12);
    // Make sure that the list would contain more: a renewal loads more.
    expect((await loadedBy('refresh', '--force', '--method', 'http')).length).toBeGreaterThan(notDue.length);
  });
});

test('a due key is renewed over HTTP and verified', async ({ world }) => {
  await world.addImported();
  await world.prepare('refresh');
  const first = (await world.json<KeyFile>('work', 'key.json')).current.key;
  world.simulator.clock.advance(4 * dayMs);
  expectRun(await world.cli('refresh'), 0, /near its expiry; verified with the service/);
  const { current, previous } = await world.json<KeyFile>('work', 'key.json');
  const truth = world.simulator.console.truth(phone);
  expect(current).toMatchObject({ key: truth.currentKey, obtainedBy: 'http' });
  expect(Date.parse(current.expiresAt)).toBeGreaterThan(world.simulator.clock.now() + 6.9 * dayMs);
  expect(current.provedAt).toBeDefined();
  expect(previous.map((key) => key.key)).toEqual([first]);
  expect(truth.rotations).toBe(2);
});

test('a refused HTTP replay is followed by a headless renewal', async ({ world }) => {
  await world.addImported();
  world.simulator.console.weather.set({ replayRefused: true });
  expectRun(await world.cli('refresh'), 0, /renewed over the page, headless/);
  expect((await world.json<KeyFile>('work', 'key.json')).current.key).toBe(
    world.simulator.console.truth(phone).currentKey,
  );
});

test('an account without a key gets its first one in the browser', async ({ world }) => {
  await world.addImported('work', { flags: ['--method', 'browser'] });
  expectRun(await world.cli('refresh'), 0, /there was no key/);
  expect(world.simulator.console.truth(phone).rotations).toBe(1);
});

for (const [title, weather] of [
  ['with a confirm dialog', { confirmDialog: true }],
  ['when the new key is only on the page', { keyShownAfterRotate: 'page' as const }],
] as const) {
  test(`a headless renewal works ${title}`, longIf('keyShownAfterRotate' in weather), async ({ world }) => {
    await world.addDue('browser');
    world.simulator.console.weather.set(weather);
    expectRun(await world.cli('refresh'), 0, /renewed over the page, headless/);
    const truth = world.simulator.console.truth(phone);
    expect((await world.json<KeyFile>('work', 'key.json')).current.key).toBe(truth.currentKey);
    expect(truth.rotations).toBe(2);
  });
}

test('a dry run stops before the press', async ({ world }) => {
  await world.addImported();
  await world.prepare('refresh');
  const run = await world.cli('refresh', '--dry-run');
  expectRun(run, 0, /dry run: would .*重置API密钥.*nothing was pressed/s);
  expect(world.simulator.console.truth(phone).rotations).toBe(1);
});

test('--force renews a key that is not due', async ({ world }) => {
  await world.addImported();
  await world.prepare('refresh');
  expectRun(await world.cli('refresh', '--force', '--detailed-exitcode'), 10, /because it was forced/);
  expect(world.simulator.console.truth(phone).rotations).toBe(2);
});

test('detailed exit codes distinguish renewed from skipped', long, async ({ world }) => {
  await world.addImported();
  expectRun(await world.cli('refresh', '--detailed-exitcode'), 10);
  expectRun(await world.cli('refresh', '--detailed-exitcode'), 0);
});

test('one failing account does not stop the others', async ({ world }) => {
  await world.addImported('good', { phone: '15100000001' });
  await world.addImported('bad', { phone: '15100000002' });
  await world.addImported('off', { phone: '15100000003' });
  await world.prepare('account', 'disable', 'off');
  world.simulator.console.expireSessions('15100000002');
  const run = await world.cli('refresh', '--json', '--wait', '1s');
  const { ok, accounts } = jsonAnswer('refresh', run);
  expect(ok).toBe(false);
  expect(run.exitCode).toBe(3);
  expect(accounts.map(({ account, outcome, error }) => [account, outcome, error?.code])).toEqual([
    ['bad', 'signed-out', 'KT601'],
    ['good', 'renewed', undefined],
  ]);
});

test('a changed page is reported as KT604, with a screenshot', async ({ world }) => {
  await world.addDue('browser');
  world.simulator.console.weather.set({ drift: 'button' });
  const run = await world.cli('refresh');
  expectRun(run, 1, /KT604/);
  expect(world.simulator.console.truth(phone).rotations).toBe(1);
  expect(
    (await world.files()).some(({ path }) => path.startsWith('accounts/work/evidence/') && path.endsWith('.png')),
  ).toBe(true);
});

test('a closed service is reported as KT605', async ({ world }) => {
  await world.addImported();
  world.simulator.console.weather.set({ gone: true });
  expectRun(await world.cli('refresh'), 1, /KT605/);
});

test('a 429 with Retry-After is retried after the wait', async ({ world }) => {
  await world.addImported();
  world.simulator.console.weather.set({ status429: { next: 1, retryAfterS: 1 } });
  expectRun(await world.cli('refresh'), 0, /renewed over HTTP/);
});

test('an overloaded service is tried again', async ({ world }) => {
  await world.addImported();
  world.simulator.console.weather.set({ overloaded: { next: 1, on: 'read' } });
  expectRun(await world.cli('refresh'), 0, /renewed over HTTP/);
});

test('after a lost answer only the next run makes another key', async ({ world }) => {
  await world.addImported();
  world.simulator.console.weather.set({ dropAnswerAfterRotate: { next: 1 } });
  expectRun(await world.cli('refresh'), 1, /was asked for a new key, and none was seen.*KT611/s);
  expect(world.simulator.console.truth(phone).rotations).toBe(1);
  expectRun(await world.cli('refresh'), 0, /renewed/);
  const truth = world.simulator.console.truth(phone);
  expect(truth.rotations).toBe(2);
  expect((await world.json<KeyFile>('work', 'key.json')).current.key).toBe(truth.currentKey);
});

for (const method of ['http', 'browser'] as const) {
  test(
    `a new key that does not match the pattern is requested only once (${method})`,
    longIf(method === 'browser'),
    async ({ world }) => {
      const site = join(world.home, 'odd.yaml');
      const iflow = await readFile(new URL('../../profiles/iflow.yaml', import.meta.url), 'utf8');
      const odd = iflow
        .replace("pattern: '^sk-[0-9A-Za-z]{16,}$'", () => "pattern: '^[0-9a-f]{64}$'")
        .replace('patience: { ready: 45s }', 'patience: { ready: 10s, answer: 3s }')
        .replace('  capture:\n', '  capture:\n    key: { css: \'[class*="value"]\' }\n');
      await writeFile(site, odd, { mode: 0o600 });
      await world.addImported('work', { flags: ['--site', site, '--method', method] });
      const run = await world.cli('refresh');
      expectRun(
        run,
        1,
        /was asked for a new key, and none was seen: .*characters that do(es)? not fit `key.pattern`.*KT611/s,
      );
      expect(run.stderr).toContain('next: keyturn refresh work --force');
      for (const _run of [1, 2]) expectRun(await world.cli('refresh'), 1);
      const truth = world.simulator.console.truth(phone);
      expect(truth.rotations).toBe(1);
      expect((await world.files()).map(({ text }) => text).join('')).not.toContain(truth.currentKey);
    },
  );

  test(
    `with a clock that runs ahead, only the first run rotates (${method})`,
    longIf(method === 'browser'),
    async ({ world }) => {
      await world.addImported('work', { flags: ['--method', method] });
      const ahead = shiftedClockEnv(20 * 365 * dayMs);
      const run = await world.startWith(ahead, 'refresh').ended;
      expectRun(run, 0, /renewed.*(7d|6d 23h) left/);
      expect(run.stderr).toMatch(/clock is \d+ min ahead of the site's/);
      const before = world.simulator.console.requests().length;
      for (const _run of [1, 2]) expectRun(await world.startWith(ahead, 'refresh').ended, 0, /not due/);
      expect(world.simulator.console.requests()).toHaveLength(before);
      expect(world.simulator.console.truth(phone).rotations).toBe(1);
      expectRun(await world.cli('refresh'), 0, /not due/);
    },
  );
}

test('a wrong clock causes a warning', async ({ world }) => {
  await world.addImported();
  world.simulator.console.weather.set({ serverDateSkewMs: -600_000 });
  expectRun(await world.cli('refresh'), 0, /clock is 10 min ahead of the site's/);
});

test('a run on a locked account names the process that holds it and exits 4', async ({ world }) => {
  await world.addImported();
  world.simulator.console.weather.set({ hang: { next: 1, on: 'read' } });
  const first = world.start('refresh');
  await expect.poll(() => world.simulator.console.requests().some((request) => request.note === 'hang')).toBe(true);
  const second = await world.cli('refresh');
  expectRun(second, 4, new RegExp(`${first.process.pid}`));
  first.process.kill('SIGTERM');
  expect((await first.ended).exitCode).not.toBe(0);
  expectRun(await world.cli('refresh'), 0, /renewed/);
});

test('the next run settles a rotation whose run was killed before the answer', async ({ world }) => {
  await world.addImported();
  await world.prepare('refresh');
  world.simulator.clock.advance(4 * dayMs);
  world.simulator.console.weather.set({ hang: { next: 1, on: 'rotate' } });
  const run = world.start('refresh');
  await expect.poll(() => world.simulator.console.requests().some((request) => request.note === 'hang')).toBe(true);
  run.process.kill('SIGKILL');
  await run.ended;
  expect(await world.read('work', 'rotation.json')).toContain('maskBefore');
  world.simulator.console.rotateElsewhere(phone);
  expectRun(await world.cli('refresh'), 0, /the answer to an earlier rotation was lost/);
  expect((await world.json<KeyFile>('work', 'key.json')).current.key).toBe(
    world.simulator.console.truth(phone).currentKey,
  );
});
