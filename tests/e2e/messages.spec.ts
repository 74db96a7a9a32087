import { dayMs, expect, expectRun, phone, test, type World } from '../support/world.js';

const told = (world: World) =>
  world.simulator.feishu
    .messages()
    .filter((message) => message.from === 'app')
    .map((message) => world.simulator.feishu.cardText(message));

test('an unattended renewal is reported with the key masked', async ({ world }) => {
  await world.addImported();
  expectRun(await world.cli('refresh'), 0);
  const [message, ...more] = told(world);
  expect(more).toEqual([]);
  expect(message).toMatch(/密钥已续期[^]*新密钥：sk-..…../);
  expect(message).not.toContain(world.simulator.console.truth(phone).currentKey);
});

test('the key itself is sent only when notify.includeKey is on', async ({ world }) => {
  await world.prepare('config', 'set', 'notify.includeKey', 'true');
  await world.addImported();
  expectRun(await world.cli('refresh'), 0);
  expect(told(world)[0]).toContain(world.simulator.console.truth(phone).currentKey);
});

test('with quiet success messages, a renewal is reported only after a failure', async ({ world }) => {
  await world.prepare('config', 'set', 'notify.success', 'quiet');
  await world.addImported();
  expectRun(await world.cli('refresh'), 0);
  expect(told(world)).toEqual([]);

  world.simulator.clock.advance(4 * dayMs);
  world.simulator.console.weather.set({ banned: true, nonJson: { next: 9 } });
  expectRun(await world.cli('refresh', '--method', 'http'), 1);
  expect(told(world)).toHaveLength(1);
  world.simulator.console.weather.reset();
  expectRun(await world.cli('refresh'), 0);
  expect(told(world)).toHaveLength(2);
  expect(told(world)[1]).toContain('密钥已续期');
});

test('messages are in the chosen language', async ({ world }) => {
  await world.prepare('config', 'set', 'language', 'en');
  await world.addImported();
  expectRun(await world.cli('refresh'), 0);
  expect(told(world)[0]).toMatch(/Key renewed[^]*Good until/);
});

test('a message that cannot be delivered does not fail the renewal', async ({ world }) => {
  await world.addImported();
  world.simulator.feishu.weather.always.send = { code: 230013, msg: 'user outside availability' };
  expectRun(await world.cli('refresh'), 0, /the message to you was not delivered/);
  expect(await world.read('work', 'key.json')).toContain(world.simulator.console.truth(phone).currentKey);
});
