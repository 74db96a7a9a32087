import { expect, expectRun, phone, test } from '../support/world.js';
import { jsonAnswer } from '../support/json-answer.js';
import { long } from '../support/long-form.js';

test.use({ hasFeishu: false });

test('browser.maxAtOnce limits the number of browsers that run at once', async ({ world }) => {
  await world.prepare('config', 'set', 'browser.maxAtOnce', '1');
  for (const [i, name] of ['one', 'two', 'three'].entries()) {
    await world.addImported(name, { phone: `1510000000${i}`, flags: ['--method', 'browser'] });
  }
  const run = await world.cli('refresh', '--json');
  expectRun(run, 0, /waiting until another browser fits the machine/);
  const { accounts } = jsonAnswer('refresh', run);
  expect(accounts.map((end) => `${end.outcome} ${end.method}`)).toEqual(Array(3).fill('renewed headless'));
  // Each browser starts only after the previous account has saved its key.
  const lines = run.stderr.split('\n');
  const starts = lines.flatMap((line, i) => (line.includes('starting the browser') ? [i] : []));
  const verifications = lines.flatMap((line, i) => (line.includes('verifying the new key') ? [i] : []));
  expect(starts).toHaveLength(3);
  expect(starts[1]).toBeGreaterThan(verifications[0] ?? Infinity);
  expect(starts[2]).toBeGreaterThan(verifications[1] ?? Infinity);
});

test('a broken account is named, and the others are renewed', async ({ world }) => {
  const { writeFile } = await import('node:fs/promises');
  await world.addImported('good');
  await world.addImported('broken', { phone: '15100000002' });
  await writeFile(`${world.home}/accounts/broken/account.json`, '{"version":1,', { mode: 0o600 });
  const run = await world.cli('refresh');
  expect(run.exitCode).not.toBe(0);
  expect(run.stderr).toMatch(/broken: error/);
  expect(run.stdout).toMatch(/good: renewed/);
});

test('in a headed refresh the person solves the challenge', async ({ world }) => {
  await world.addImported();
  await world.prepare('refresh');
  world.simulator.console.weather.set({ captcha: { where: 'dialog', on: 'rotate', nth: 1, after: 'reissue' } });
  const run = world.start('refresh', '--force', '--headed', '--wait', '60s');
  await world.owner.dragSlider();
  await world.owner.leave();
  expectRun(await run.ended, 0, /renewed over the page, with its owner/);
  expect(world.simulator.console.truth(phone).rotations).toBe(2);
});

test('an unreachable proxy affects only its own account', long, async ({ world }) => {
  await world.addImported('direct');
  await world.addImported('proxied', {
    phone: '15100000002',
    flags: ['--proxy', 'http://user:hunter2hunter2@127.0.0.1:9'],
  });
  const run = await world.cli('refresh', '--method', 'http');
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toMatch(/direct: renewed/);
  expect(run.stderr).toMatch(/proxied: error .*KT607/s);
  expect(run.stdout + run.stderr).not.toContain('hunter2');
  expect((await world.cli('account', 'list')).stdout).not.toContain('hunter2');
});
