import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, expectRun, test, type World } from '../support/world.js';

const slider = { captcha: { where: 'dialog', on: 'rotate', nth: 1, after: 'reissue' } } as const;

const evidenceOf = (world: World) => join(world.home, 'accounts', 'work', 'evidence');
const tracesOf = async (world: World) =>
  (await readdir(evidenceOf(world)).catch(() => [])).filter((name) => name.endsWith('.zip'));

test('--trace keeps a private Playwright trace of the browser, and the newest three of them', async ({ world }) => {
  await world.addImported();
  const refresh = ['refresh', '--dry-run', '--method', 'browser'];
  expectRun(await world.cli(...refresh), 0);
  expect(await tracesOf(world)).toEqual([]);

  const run = await world.cli(...refresh, '--trace');
  expectRun(run, 0, /in clear; delete it after use/);
  const [name = ''] = await tracesOf(world);
  const file = join(evidenceOf(world), name);
  expect(run.stderr).toContain(file);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await readFile(file)).subarray(0, 4).toString('latin1')).toBe('PK\x03\x04');

  for (let more = 0; more < 3; more += 1) await world.prepare(...refresh, '--trace');
  const kept = await tracesOf(world);
  expect(kept).toHaveLength(3);
  expect(kept).not.toContain(name);
});

test('a run over HTTP has no trace, and one that fails keeps it', async ({ world }) => {
  await world.addImported();
  expectRun(await world.cli('refresh', '--trace', '--method', 'http'), 0);
  expect(await tracesOf(world)).toEqual([]);
  world.simulator.console.weather.set(slider);
  const run = await world.cli('refresh', '--force', '--method', 'browser', '--wait', '1s', '--trace');
  expectRun(run, 3, /in clear/);
  expect(await tracesOf(world)).toHaveLength(1);
});
