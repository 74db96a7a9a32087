import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { browserSettings } from '../support/test-browser.js';
import { dayMs, expect, expectRun, phone, test, type World } from '../support/world.js';
import { long } from '../support/long-form.js';

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

test('with quiet success messages, a renewal is reported only after a failure', long, async ({ world }) => {
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

/** What is left of a Chinese text without commands, codes, addresses and paths; then the English sentences in it. */
function englishIn(printed: string): string[] {
  const words = printed
    .replace(/(?:下一步：|然后：).*/g, '')
    .replace(/`[^`]*`|\bkeyturn(?: [\w.-]+)*|https?:\/\/\S+|(?:\/[\w.-]+)+/g, '·');
  return [...words.matchAll(/\b[A-Za-z][a-z']+(?:[ ,]+[A-Za-z][a-z']*){2,}/g)].map(([sentence]) => sentence);
}

test('a Chinese reader gets no English sentence', async ({ world }) => {
  const settings = { language: 'zh', browser: browserSettings(), watch: { quietHours: 'off', jitter: '0s' } };
  await writeFile(join(world.home, 'settings.json'), JSON.stringify(settings), { mode: 0o600 });
  const printed: string[] = [];
  const run = async (...args: string[]) => {
    const { stdout, stderr } = await world.inProcess(...args);
    const found = englishIn(stdout + stderr);
    if (found.length > 0) printed.push(`$ keyturn ${args.join(' ')}\n${found.join('\n')}`);
  };
  await run('status');
  await run('doctor', '--offline');
  await world.addImported();
  await run('doctor', '--offline');
  await run('refresh', '--dry-run');
  await run('refresh');
  await run('refresh');
  world.simulator.clock.advance(4 * dayMs);
  for (const command of ['status', 'history', 'doctor', 'account list', 'schedule status', 'config list']) {
    await run(...command.split(' '));
  }
  await run('secrets', 'status');
  await run('deliver', '--check');
  world.simulator.clock.advance(8 * dayMs);
  world.simulator.console.weather.set({ captcha: { where: 'dialog', on: 'rotate', nth: 1, after: 'reissue' } });
  const watch = world.start('watch');
  let said = '';
  watch.process.stderr?.on('data', (data) => (said += String(data)));
  const isQuestion = (message: { messageId: string }) =>
    world.simulator.feishu.cardText(message as never).includes('[打开浏览器]');
  await world.simulator.feishu.waitForMessage(isQuestion, 60_000);
  await run('status');
  await run('doctor', '--offline');
  // The card is in the chat a moment before the watch says so.
  await expect.poll(() => said).toContain('已向你提问');
  watch.process.kill('SIGTERM');
  const { stderr } = await watch.ended;
  expect(stderr).toMatch(/开始看护 1 个账号[^]*work：正在续期[^]*work：已向你提问[^]*watch 已结束/);
  expect([...printed, ...englishIn(stderr)]).toEqual([]);
});
