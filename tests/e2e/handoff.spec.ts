import { writeFile } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, expectRun, phone, test, type World } from '../support/world.js';
import { writeSystemctl } from '../support/fake-systemctl.js';
import { long, longIf } from '../support/long-form.js';

const slider = { captcha: { where: 'dialog', on: 'rotate', nth: 1, after: 'reissue' } } as const;
const hourMs = 3_600_000;

async function dueWithSlider(
  world: World,
  weather: Parameters<World['simulator']['console']['weather']['set']>[0] = slider,
): Promise<void> {
  await world.addDue('browser');
  world.simulator.console.weather.set(weather);
}

/** The question of a run over HTTP, which needs no browser to find out that the site wants its owner. */
async function dueWithSliderOverHttp(world: World): Promise<void> {
  await world.addDue('http');
  world.simulator.console.weather.set(slider);
}

const question = (world: World) =>
  world.simulator.feishu.waitForMessage(
    (message) => world.simulator.feishu.cardText(message).includes('[打开浏览器]'),
    60_000,
  );

for (const [title, weather] of [
  ['a dialog that loses the press', { captcha: { where: 'dialog', on: 'rotate', nth: 1, after: 'lost' } }],
  ['a punish page in place of the site', { captcha: { where: 'page', on: 'visit', nth: 1 } }],
] as const) {
  test(
    `the run resumes after the owner solves a slider: ${title}`,
    longIf('on' in weather.captcha && weather.captcha.on === 'visit'),
    async ({ world }) => {
      await dueWithSlider(world, weather);
      const run = world.start('refresh', '--wait', '60s');
      const card = await question(world);
      expect(card.receiverOpenId).toBe(world.simulator.feishu.ownerOpenId);
      expect(card.imageKeys).toHaveLength(1);
      expect((await world.simulator.feishu.press(card.messageId, '打开浏览器')).acked).toBe(true);
      await world.owner.dragSlider();
      await world.owner.leave();
      expectRun(await run.ended, 0, /renewed over the page, with its owner/);
      const truth = world.simulator.console.truth(phone);
      expect(truth.rotations).toBe(2);
      expect(await world.read('work', 'key.json')).toContain(truth.currentKey);
      const outcome = await world.simulator.feishu.waitForMessage((message) =>
        world.simulator.feishu.cardText(message).includes('密钥已续期'),
      );
      expect(world.simulator.feishu.cardText(outcome)).not.toContain(truth.currentKey);
      expect(world.simulator.feishu.cardText(card)).not.toContain('[打开浏览器]');
    },
  );
}

test('accounts that wait for their owners hold up no others', async ({ world }) => {
  const names = Array.from({ length: 10 }, (_, i) => `a${i}`);
  for (const [i, name] of names.entries()) {
    await world.addImported(name, { phone: `151000000${10 + i}`, flags: ['--method', 'http'] });
  }
  world.simulator.console.expireSessions();
  const run = world.start('refresh', '--wait', '60s');
  const asked = () => world.simulator.feishu.messages().map((message) => world.simulator.feishu.cardText(message));
  const waiting = () => names.filter((name) => asked().some((text) => text.includes(name))).length;
  await expect.poll(waiting, { timeout: 40_000 }).toBe(names.length);
  run.process.kill('SIGTERM');
  await run.ended;
});

test('after an unanswered question, the next runs do not ask again for hours', async ({ world }) => {
  await dueWithSliderOverHttp(world);
  expectRun(await world.cli('refresh', '--wait', '1s'), 3, /KT602/);
  const cards = world.simulator.feishu.messages().length;
  const requests = world.simulator.console.requests().length;
  world.simulator.clock.advance(hourMs);
  expectRun(await world.cli('refresh', '--wait', '1s'), 3, /KT603/);
  expect(world.simulator.feishu.messages()).toHaveLength(cards);
  expect(world.simulator.console.requests()).toHaveLength(requests);
  expectRun(await world.inProcess('status'), 0, /waiting for you: captcha/);

  world.simulator.clock.advance(4 * hourMs);
  expectRun(await world.cli('refresh', '--wait', '1s'), 3, /KT602/);
  expect(world.simulator.feishu.messages().length).toBeGreaterThan(cards);
  expect(world.simulator.console.truth(phone).rotations).toBe(1);
});

test('a forced renewal that met a challenge is made by whoever runs next, once it is answered', async ({ world }) => {
  await world.addImported('work', { flags: ['--method', 'http'] });
  await world.prepare('refresh');
  world.simulator.console.weather.set(slider);
  expectRun(await world.cli('refresh', '--force', '--wait', '1s'), 3, /KT602/);
  const [card] = world.simulator.feishu.messages().slice(-1);
  expect(world.simulator.feishu.cardText(card!)).toContain('这次续期由你手动发起');
  world.simulator.console.weather.reset();
  expectRun(await world.inProcess('refresh'), 0, /not due/);
  const question = JSON.parse(await world.read('work', 'question.json')) as object;
  expect(question).toMatchObject({ state: 'unanswered', forced: true });
  // The answer came to a process that died before it acted on it.
  const ready = { ...question, state: 'ready', answeredVia: 'card', answeredAt: new Date().toISOString() };
  for (const file of ['question.json', 'question.json.bak'])
    await writeFile(join(world.home, 'accounts/work', file), JSON.stringify(ready), { mode: 0o600 });
  expectRun(await world.inProcess('refresh'), 0, /renewed over HTTP/);
  expect(world.simulator.console.truth(phone).rotations).toBe(2);
  expect(await world.json('work', 'question.json')).toMatchObject({ state: 'resolved' });

  // The next question is for a key that is due.
  world.simulator.clock.advance(96 * hourMs);
  world.simulator.console.weather.set(slider);
  expectRun(await world.cli('refresh', '--wait', '1s'), 3, /KT602/);
  expect(await world.json('work', 'question.json')).not.toHaveProperty('forced');
});

test('a question whose run died after it had made the key is settled, and nothing is renewed again', async ({
  world,
}) => {
  await world.addImported('work', { flags: ['--method', 'http'] });
  await world.prepare('refresh');
  world.simulator.console.weather.set(slider);
  expectRun(await world.cli('refresh', '--force', '--wait', '1s'), 3, /KT602/);
  const question = await world.json('work', 'question.json');
  world.simulator.console.weather.reset();
  expectRun(await world.inProcess('refresh', '--force'), 0, /renewed over HTTP/);
  const answeredAt = new Date().toISOString();
  for (const [forced, command] of [
    [true, 'refresh'],
    [undefined, 'refresh'],
    [true, 'unblock'],
  ] as const) {
    const ready = { ...question, forced, state: 'ready', answeredVia: 'card', answeredAt };
    for (const file of ['question.json', 'question.json.bak'])
      await writeFile(join(world.home, 'accounts/work', file), JSON.stringify(ready), { mode: 0o600 });
    const text = command === 'refresh' ? /not due/ : /Nothing is waiting/;
    expectRun(await world.inProcess(command), command === 'refresh' ? 0 : 2, text);
    expect(await world.json('work', 'question.json')).toMatchObject({ state: 'resolved' });
  }
  expect(world.simulator.console.truth(phone).rotations).toBe(2);
});

test('a reply after the wait is acted on by the next run, and the card says when that is', async ({ world }) => {
  await dueWithSlider(world);
  const { feishu } = world.simulator;
  const programs = join(world.home, 'programs');
  await writeSystemctl(programs);
  const env = {
    DISPLAY: ':99',
    HOME: programs,
    XDG_CONFIG_HOME: undefined,
    PATH: `${programs}:${process.env['PATH']}`,
  };
  const installed = await world.startWith(env, 'schedule', 'install').ended;
  expectRun(installed, 0, /hears them only while it waits.*\n.*keyturn schedule install --watch/);
  expectRun(await world.startWith(env, 'refresh', '--wait', '1s').ended, 3, /KT602/);
  const card = await feishu.waitForMessage((each) => feishu.cardText(each).includes('没有等到回答'));
  expect(feishu.cardText(card)).toMatch(/回复“好”，下次运行（约 \d{4}-\d\d-\d\d \d\d:\d\d）会处理/);
  expect(feishu.cardText(card)).not.toContain('[打开浏览器]');

  await feishu.say('好', { waitMs: 0 });
  const run = world.startWith(env, 'refresh', '--wait', '60s');
  await world.owner.dragSlider();
  await world.owner.leave();
  expectRun(await run.ended, 0, /renewed over the page, with its owner/);
  expect(feishu.cardText(card)).toContain('飞书消息');
  expect(world.simulator.console.truth(phone).rotations).toBe(2);
});

test('a reply to the question of a forced renewal is acted on by the next run of a key that is not due', async ({
  world,
}) => {
  await world.addImported('work', { flags: ['--method', 'http'] });
  await world.prepare('refresh');
  world.simulator.console.weather.set(slider);
  const env = { DISPLAY: ':99' };
  expectRun(await world.startWith(env, 'refresh', '--force', '--wait', '1s').ended, 3);
  expectRun(await world.startWith(env, 'refresh').ended, 0, /not due/);
  await world.simulator.feishu.say('好', { waitMs: 0 });
  const run = world.startWith(env, 'refresh', '--wait', '60s');
  await world.owner.dragSlider();
  await world.owner.leave();
  expectRun(await run.ended, 0, /renewed/);
  expect(world.simulator.console.truth(phone).rotations).toBe(2);
});

test.describe('in a whole browser', () => {
  test.use({ hasRealBrowser: true });

  test('unblock opens the browser for an open question', async ({ world }) => {
    await dueWithSlider(world);
    expectRun(await world.cli('refresh', '--wait', '1s'), 3);
    const run = world.start('unblock', '--wait', '60s');
    await world.owner.dragSlider();
    await world.owner.leave();
    expectRun(await run.ended, 0, /renewed over the page, with its owner/);
    expectRun(await world.inProcess('status'), 0, /renewed/);
    expectRun(await world.cli('unblock'), 2, /Nothing is waiting/);
  });
});

test('unblock takes over from a run that is waiting', async ({ world }) => {
  await dueWithSlider(world);
  const waiting = world.start('refresh', '--wait', '60s');
  await question(world);
  const unblock = world.start('unblock', '--wait', '60s');
  await world.owner.dragSlider();
  await world.owner.leave();
  expectRun(await unblock.ended, 0, /renewed/);
  expect((await waiting.ended).exitCode).toBe(3);
  expect(world.simulator.console.truth(phone).rotations).toBe(2);
});

test('a skipped question is not asked again', async ({ world }) => {
  await dueWithSliderOverHttp(world);
  const run = world.start('refresh', '--wait', '60s');
  const card = await question(world);
  await world.simulator.feishu.press(card.messageId, '这次跳过');
  expectRun(await run.ended, 3, /chose to skip/);
  expectRun(await world.cli('refresh', '--wait', '1s'), 3, /KT603/);
});

test('only the owner can answer', async ({ world }) => {
  await dueWithSliderOverHttp(world);
  const run = world.start('refresh', '--wait', '60s');
  const card = await question(world);
  const stranger = await world.simulator.feishu.press(card.messageId, '打开浏览器', { openId: 'ou_stranger' });
  expect(stranger.toast?.type).toBe('error');
  expect((await world.json<{ state: string }>('work', 'question.json')).state).toBe('asked');
  await world.simulator.feishu.press(card.messageId, '这次跳过');
  expectRun(await run.ended, 3);
});

test('on a server that no phone reaches, the card has commands in place of a button', async ({ world }) => {
  const { feishu } = world.simulator;
  await dueWithSliderOverHttp(world);
  await world.prepare('config', 'set', 'takeover.port', '8477');
  const run = world.startWith({ DISPLAY: undefined }, 'refresh', '--wait', '60s');
  const card = await feishu.waitForMessage((message) => feishu.cardText(message).includes('[这次跳过]'), 60_000);
  const { username } = userInfo();
  expect(feishu.cardText(card)).toContain(
    `\nssh -L 8477:127.0.0.1:8477 ${username}@${hostname()}\n登录服务器后再运行：\nkeyturn unblock work --remote\n`,
  );
  expect(feishu.cardText(card)).not.toContain('[打开浏览器]');
  await feishu.say('好', { waitMs: 10_000 });
  await expect.poll(() => feishu.messages().at(-1)?.content['text']).toContain('unblock work --remote');
  expect((await world.json<{ state: string }>('work', 'question.json')).state).toBe('asked');
  await feishu.press(card.messageId, '这次跳过');
  expectRun(await run.ended, 3, /chose to skip/);
});

test('a run with an expired session resumes after the owner signs in', async ({ world }) => {
  await dueWithSlider(world, {});
  world.simulator.console.expireSessions();
  const run = world.start('refresh', '--wait', '60s');
  const card = await question(world);
  await world.simulator.feishu.press(card.messageId, '打开浏览器');
  await world.owner.signIn({ phone });
  await world.owner.leave();
  expectRun(await run.ended, 0, /renewed over the page, with its owner/);
});

test('without Feishu an unattended run prints the command to run', async ({ world }) => {
  await dueWithSliderOverHttp(world);
  const none = { FEISHU_APP_ID: '', FEISHU_APP_SECRET: '', FEISHU_RECEIVER: '' };
  expectRun(await world.startWith(none, 'refresh').ended, 3, /keyturn unblock work/);
});

test('an outage of Feishu does not lose the question', async ({ world }) => {
  await dueWithSliderOverHttp(world);
  world.simulator.feishu.weather.always.token = { status: 500 };
  expectRun(await world.cli('refresh', '--wait', '2s'), 3, /keyturn unblock work/);
  expect((await world.json<{ state: string }>('work', 'question.json')).state).toBe('unanswered');
});

test('a repeated failure is reported once', long, async ({ world }) => {
  await world.addImported();
  world.simulator.console.weather.set({ gone: true });
  for (let run = 0; run < 3; run += 1) {
    expectRun(await world.cli('refresh'), 1, /KT605/);
    world.simulator.clock.advance(hourMs);
  }
  expect(world.simulator.feishu.messages().filter((message) => message.from === 'app')).toHaveLength(1);
  world.simulator.console.weather.set({ gone: false });
  expectRun(await world.cli('refresh'), 0, /renewed/);
});

test('notify test reports whether the owner answered', async ({ world }) => {
  const run = world.start('notify', 'test', '--wait', '30s');
  const card = await world.simulator.feishu.waitForMessage((message) => message.msgType === 'interactive', 30_000);
  const button = /\[(.+?)\]/.exec(world.simulator.feishu.cardText(card))?.[1] ?? '';
  await world.simulator.feishu.press(card.messageId, button, { waitMs: 10_000 });
  expectRun(await run.ended, 0, /works: the long connection/);
});

test('messages older than the question are not answers', async ({ world }) => {
  const { feishu } = world.simulator;
  await dueWithSliderOverHttp(world);
  feishu.weather.latencyMs = 400;
  const createdAt = world.simulator.clock.now() - 50 * 60_000;
  const pushed = ['跳过', 'ok'].map((text) => feishu.say(text, { createdAt, waitMs: 60_000 }));
  const run = world.start('refresh', '--wait', '60s');
  const card = await question(world);
  for (const delivery of await Promise.all(pushed)) expect(delivery.acked).toBe(true);
  const refusals = () => feishu.messages().filter(({ content }) => /不是在提问之后发的/.test(String(content['text'])));
  await expect.poll(refusals).toHaveLength(2);
  expect(feishu.cardText(card)).toContain('[打开浏览器]');
  expect(await world.json('work', 'question.json')).toMatchObject({ state: 'asked' });
  await feishu.say('跳过');
  expectRun(await run.ended, 3);
  expect(await world.json('work', 'question.json')).toMatchObject({ state: 'declined', answeredVia: 'chat' });
});

test('answers are polled when the setting says so', long, async ({ world }) => {
  const { feishu } = world.simulator;
  await dueWithSlider(world);
  await world.prepare('config', 'set', 'feishu.answers', 'polling');
  const { run, card } = await askedWithoutButtons(world);
  await feishu.say('跳过', { parentId: card.messageId });
  expectRun(await run.ended, 3);
  expect(world.simulator.console.truth(phone).rotations).toBe(1);
  expect(feishu.connections()).toBe(0);
});

async function askedWithoutButtons(world: World) {
  const { feishu } = world.simulator;
  const run = world.start('refresh', '--wait', '60s');
  const card = await feishu.waitForMessage((message) => feishu.cardText(message).includes('请直接回复'), 60_000);
  expect(feishu.cardText(card)).not.toContain('[');
  expect(feishu.cardText(card)).toContain('情况 页面出现了滑块验证');
  return { run, card };
}

test('after "false alarm" the run logs what it saw and asks again if the site refuses', async ({ world }) => {
  const { feishu } = world.simulator;
  await dueWithSlider(world);
  const run = world.start('refresh', '--wait', '60s');
  const first = await question(world);
  await feishu.press(first.messageId, '误报');
  // The site refuses the rotation itself, and the owner cannot dismiss that.
  const second = await feishu.waitForMessage((message) => {
    const text = feishu.cardText(message);
    return text.includes('[打开浏览器]') && !text.includes('[误报]');
  }, 60_000);
  await feishu.press(second.messageId, '这次跳过');
  expectRun(await run.ended, 3, /KT602/);
  expect(feishu.cardText(first)).not.toContain('[');
  const log = (await world.files()).find((file) => file.path.endsWith('keyturn.log'));
  const line = log?.text.split('\n').find((each) => each.includes('a false alarm'));
  expect(JSON.parse(line ?? '{}')).toMatchObject({
    challenge: { kind: 'captcha', vendor: 'baxia-nc', evidence: expect.arrayContaining(['slider with its caption']) },
    screenshot: expect.stringMatching(/\.png$/),
  });
  expect(world.simulator.console.truth(phone).rotations).toBe(1);
});

test('notify test finds a way to receive the answer', long, async ({ world }) => {
  const { feishu } = world.simulator;
  feishu.weather.endpoint = 'error';
  const run = world.start('notify', 'test', '--wait', '30s');
  await feishu.waitForMessage((message) => message.msgType === 'interactive', 30_000);
  await feishu.say('好', { waitMs: 0 });
  expectRun(await run.ended, 0, /works: reading the chat/);
  expectRun(await world.inProcess('config', 'get', 'feishu.answers'), 0, /polling/);
});

test('notify test sets answers to polling when another program takes the events', long, async ({ world }) => {
  const { feishu } = world.simulator;
  feishu.weather.stolenEvents = 1;
  const run = world.start('notify', 'test', '--wait', '30s');
  await feishu.waitForMessage((message) => message.msgType === 'interactive', 30_000);
  await feishu.say('好', { waitMs: 0 });
  expectRun(await run.ended, 0, /works: reading the chat/);
  expectRun(await world.inProcess('config', 'get', 'feishu.answers'), 0, /polling/);
});
