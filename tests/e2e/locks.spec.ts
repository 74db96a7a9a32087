import { expect, expectRun, test } from '../support/world.js';

test('the key can be read while a run waits for the owner', async ({ world }) => {
  await world.addImported();
  await world.prepare('refresh');
  world.simulator.console.weather.set({ captcha: { where: 'dialog', on: 'rotate', nth: 1 } });
  const waiting = world.start('refresh', '--force', '--method', 'http', '--wait', '2m');
  await expect.poll(() => world.read('work', 'run.lock').catch(() => '')).toContain('waitingForPersonSince');

  const key = world.simulator.console.truth('15100001234').currentKey;
  expect((await world.cli('key', 'work')).stdout.trim()).toBe(key);
  const used = await world.cli('exec', 'work', '--', process.execPath, '-p', 'process.env.IFLOW_API_KEY');
  expect(used.stdout.trim()).toBe(key);
  expectRun(await world.cli('status'), 0);
  const held = await world.cli('login', 'work', '--timeout', '10s');
  expectRun(
    held,
    4,
    new RegExp(`keyturn refresh \\(pid ${waiting.process.pid} on .*running for .*waiting for a person`),
  );

  waiting.process.kill('SIGKILL');
  await waiting.ended;
  // The next command takes over the lock of a dead process immediately. Only the question remains.
  expectRun(await world.cli('logout', 'work', '--yes'), 0);
});
