import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, expectRun, test, type World } from '../support/world.js';
import { long } from '../support/long-form.js';

test.use({ hasFeishu: false });

const slider = { captcha: { where: 'dialog', on: 'rotate', nth: 1, after: 'reissue' } } as const;

const evidenceOf = (world: World) => join(world.home, 'accounts', 'work', 'evidence');
const tracesOf = async (world: World) =>
  (await readdir(evidenceOf(world)).catch(() => [])).filter((name) => name.endsWith('.zip'));

test('--trace keeps a private Playwright trace of the browser, and the newest three of them', async ({ world }) => {
  await world.addImported();
  const refresh = ['refresh', '--dry-run', '--method', 'browser'];
  expectRun(await world.cli(...refresh), 0);
  expect(await tracesOf(world)).toEqual([]);

  await mkdir(evidenceOf(world), { recursive: true, mode: 0o700 });
  for (const day of [1, 2, 3]) {
    const old = join(evidenceOf(world), `trace-run_${day}-1.zip`);
    await writeFile(old, '');
    await utimes(old, day * 86_400, day * 86_400);
  }
  const run = await world.cli(...refresh, '--trace');
  expectRun(run, 0, /in clear; delete it after use/);
  const kept = await tracesOf(world);
  expect(kept).toHaveLength(3);
  expect(kept).not.toContain('trace-run_1-1.zip');
  const file = join(evidenceOf(world), kept.find((name) => !/^trace-run_[23]-1/.test(name)) ?? '');
  expect(run.stderr).toContain(file);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await readFile(file)).subarray(0, 4).toString('latin1')).toBe('PK\x03\x04');
});

test('a run over HTTP has no trace, and one that fails keeps it', long, async ({ world }) => {
  await world.addImported();
  expectRun(await world.cli('refresh', '--trace', '--method', 'http'), 0);
  expect(await tracesOf(world)).toEqual([]);
  world.simulator.console.weather.set(slider);
  const run = await world.cli('refresh', '--force', '--method', 'browser', '--wait', '1s', '--trace');
  expectRun(run, 3, /in clear/);
  expect(await tracesOf(world)).toHaveLength(1);
});
