import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, expectRun, phone, test } from '../support/world.js';
import { long } from '../support/long-form.js';

test.use({ hasFeishu: false });

/** The files in the folder that have one of the texts, in the encodings that Chromium uses. */
async function filesWith(folder: string, texts: readonly string[]): Promise<string[]> {
  const forms = texts.flatMap((text) => [Buffer.from(text), Buffer.from(text, 'utf16le')]);
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  const found = await Promise.all(paths.map(async (path) => ({ path, bytes: await readFile(path) })));
  return found.filter(({ bytes }) => forms.some((form) => bytes.includes(form))).map(({ path }) => path);
}

test.describe('in a whole browser', () => {
  test.use({ hasRealBrowser: true });

  test('the first sign-in makes a key and works headless, even after the browser is killed', async ({ world }) => {
    const run = await world.signIn();
    expectRun(run, 0, /works in a headless browser/);
    expect(run.stderr).toMatch(/the first key was created: sk-..….., valid until .* verified with the service/);
    const truth = world.simulator.console.truth(phone);
    const typed = [phone, world.simulator.console.smsCodeFor(phone) ?? ''];
    expect(await filesWith(world.browserFolder('work'), typed)).toEqual([]);
    expect(await world.read('work', 'key.json')).toContain(truth.currentKey);
    expect(truth.rotations).toBe(1);
    expectRun(await world.cli('refresh'), 0, /not due/);

    // The session cookie survives the death of the browser.
    const ofPages = () => world.simulator.console.requests().filter((request) => request.by === 'page').length;
    const before = ofPages();
    const killed = world.start('refresh', '--force', '--method', 'browser');
    await expect.poll(ofPages).toBeGreaterThan(before + 2);
    killed.process.kill('SIGKILL');
    await killed.ended;
    expectRun(await world.cli('refresh', '--force', '--method', 'browser'), 0, /renewed/);
  });

  test('a login kept only in localStorage survives a restart of the browser', long, async ({ world }) => {
    world.simulator.console.weather.set({ login: 'localStorage' });
    expectRun(await world.signIn(), 0, /works in a headless browser/);
    expectRun(await world.cli('refresh', '--force', '--method', 'browser'), 0, /renewed over the page, headless/);
  });
});

test('login without --yes makes no key', long, async ({ world }) => {
  await world.addWithoutSession();
  const login = world.start('login', 'work', '--timeout', '60s');
  await world.owner.signIn({ phone });
  await world.owner.leave();
  expectRun(await login.ended, 0, /has no key yet, and none was created/);
  expect(world.simulator.console.truth(phone).rotations).toBe(0);
});

test('login adopts a key that the console shows', async ({ world }) => {
  world.simulator.console.weather.set({ fullKeyOnGet: true });
  const number = '15100007777';
  world.simulator.console.addOwner({ phone: number, key: 'existing' });
  await world.addWithoutSession();
  const login = world.start('login', 'work', '--timeout', '60s');
  await world.owner.signIn({ phone: number });
  await world.owner.leave();
  expectRun(await login.ended, 0, /now manages the key from the console/);
  expect(world.simulator.console.truth(number).rotations).toBe(0);
});

test('a login without a sign-in ends with exit 3 and saves nothing', long, async ({ world }) => {
  const { url } = world.simulator.console;
  await world.prepare('account', 'add', 'work', '--base-url', url);
  expectRun(await world.cli('login', 'work', '--timeout', '10s'), 3, /KT156/);
  expect((await world.files()).some(({ path }) => path.endsWith('session.json'))).toBe(false);
});

test('closing the window before the sign-in is complete ends the login at once', async ({ world }) => {
  const { url } = world.simulator.console;
  await world.prepare('account', 'add', 'work', '--base-url', url);
  const login = world.start('login', 'work', '--timeout', '60s');
  // Close the pages only after keyturn has opened the site.
  await expect.poll(async () => (await world.owner.pages()).some((page) => page.url().startsWith(url))).toBe(true);
  for (const page of await world.owner.pages()) await page.close();
  expectRun(await login.ended, 3, /KT156/);
  expect((await world.files()).some(({ path }) => path.endsWith('session.json'))).toBe(false);
});

test('a login whose lock was taken over by another run makes no key', long, async ({ world }) => {
  const { url } = world.simulator.console;
  await world.addWithoutSession();
  const login = world.start('login', 'work', '--yes', '--timeout', '60s');
  await expect.poll(async () => (await world.owner.pages()).some((page) => page.url().startsWith(url))).toBe(true);
  const holder = await world.json('work', 'run.lock');
  await writeFile(
    join(world.home, 'accounts', 'work', 'run.lock'),
    JSON.stringify({ ...holder, id: 'of-another-run', command: 'keyturn refresh', host: 'host-2' }),
  );
  await world.owner.signIn({ phone });
  await world.owner.leave();
  expectRun(await login.ended, 4, /KT220[\s\S]*lost its lock/);
  expect(world.simulator.console.truth(phone).rotations).toBe(0);
});

test('a login that the headless browser cannot use is reported', long, async ({ world }) => {
  // The first visit is the person's, the second the headless browser's.
  world.simulator.console.weather.set({ captcha: { where: 'page', on: 'visit', nth: 2 } });
  expectRun(await world.signIn(), 1, /KT157/);
  expect((await world.files()).some(({ path }) => path.endsWith('session.json'))).toBe(true);
});

test('a login works after Ctrl-C at the sign-in page', async ({ world }) => {
  await world.addWithoutSession();
  const login = world.start('login', 'work', '--timeout', '60s');
  await expect.poll(async () => (await world.owner.pages()).length).toBeGreaterThan(0);
  await world.owner.leave();
  login.process.kill('SIGINT');
  expect((await login.ended).exitCode).toBe(130);
  const again = world.start('login', 'work', '--yes', '--timeout', '60s');
  await world.owner.signIn({ phone });
  await world.owner.leave();
  expectRun(await again.ended, 0, /works in a headless browser/);
});
