import type { SimulatedMessage } from '../simulator/feishu-types.js';
import { dayMs, expect, expectRun, phone, test, type World } from '../support/world.js';
import { long } from '../support/long-form.js';

type Weather = Parameters<World['simulator']['console']['weather']['set']>[0];

/** Adds an account whose key is due and whose reset requires an SMS code. By default it renews in the browser only. */
async function dueWithCode(world: World, weather: Weather = {}, method = 'browser'): Promise<void> {
  await world.addImported('work', { flags: ['--method', method] });
  await world.prepare('refresh', '--method', 'http');
  world.simulator.clock.advance(4 * dayMs);
  world.simulator.console.weather.set({ smsOnReset: true, ...weather });
}

const cardText = (world: World, message: SimulatedMessage) => world.simulator.feishu.cardText(message);

/** Waits for the card that still accepts a code and whose text matches `words`. */
const codeCard = (world: World, words: RegExp = /位验证码/) =>
  world.simulator.feishu.waitForMessage((message) => {
    const text = cardText(world, message);
    return text.includes('[提交]') && words.test(text);
  }, 60_000);

const sentCode = async (world: World, count = 1) => {
  await expect.poll(() => world.simulator.console.smsCount(phone)).toBeGreaterThanOrEqual(count);
  return world.simulator.console.smsCodeFor(phone)!;
};

const submit = (world: World, card: SimulatedMessage, code: string) =>
  world.simulator.feishu.press(card.messageId, '提交', { formValue: { code } });

const wrongFor = (code: string) => (code.startsWith('9') ? '100000' : '900000');

test('a code from the card is typed into the six boxes of the page', async ({ world }) => {
  await dueWithCode(world, { smsInput: 'boxes', confirmDialog: true });
  const run = world.start('refresh', '--wait', '60s');
  const card = await codeCard(world);
  expect(cardText(world, card)).toContain('情况 页面要求输入验证码');
  const code = await sentCode(world);
  const answered = await submit(world, card, code);
  expect(answered).toMatchObject({ acked: true, toast: { type: 'success' } });
  expect(answered.tookMs).toBeLessThan(3000);
  const ended = await run.ended;
  expectRun(ended, 0, /renewed over the page, headless/);
  const truth = world.simulator.console.truth(phone);
  expect(truth.rotations).toBe(2);
  expect(await world.read('work', 'key.json')).toContain(truth.currentKey);
  expect(cardText(world, card)).not.toContain('[');
  const kept = await world.files();
  const shown = world.simulator.feishu.messages().map((message) => cardText(world, message));
  for (const text of [...kept.map((file) => file.text), ...shown, ended.stdout, ended.stderr]) {
    expect(text).not.toContain(code);
  }
});

test('a code in a plain reply is typed into the page', async ({ world }) => {
  await dueWithCode(world, {}, 'auto');
  const run = world.start('refresh', '--wait', '60s');
  const card = await codeCard(world);
  const code = await sentCode(world);
  await world.simulator.feishu.say(`${code.slice(0, 3)} ${code.slice(3)}`);
  expectRun(await run.ended, 0, /renewed/);
  expect(cardText(world, card)).toContain('已通过飞书消息回答：正在填写验证码');
});

test('without a long connection, the code is read from the chat', long, async ({ world }) => {
  const { feishu } = world.simulator;
  await dueWithCode(world, { smsInput: 'boxes' });
  await world.prepare('config', 'set', 'feishu.answers', 'polling');
  const run = world.start('refresh', '--wait', '60s');
  await feishu.waitForMessage((message) => cardText(world, message).includes('请直接回复：验证码数字'), 60_000);
  await feishu.say(await sentCode(world), { waitMs: 0 });
  expectRun(await run.ended, 0, /renewed over the page, headless/);
  expect(feishu.connectionsMade()).toBe(0);
});

test('after a wrong code, the same question asks again with a new nonce', async ({ world }) => {
  await dueWithCode(world, { smsInput: 'boxes' });
  const run = world.start('refresh', '--wait', '60s');
  const first = await codeCard(world);
  const before = await world.json<{ id: string; nonce: string }>('work', 'question.json');
  const code = await sentCode(world);
  await submit(world, first, wrongFor(code));
  const second = await codeCard(world, /验证码错误/);
  expect(second.messageId).toBe(first.messageId);
  const after = await world.json<{ id: string; nonce: string }>('work', 'question.json');
  expect(after.id).toBe(before.id);
  expect(after.nonce).not.toBe(before.nonce);
  await submit(world, second, code);
  expectRun(await run.ended, 0, /renewed/);
});

test('the card reports an expired code, and the owner can request a new one', long, async ({ world }) => {
  await dueWithCode(world, { smsCodeLifetimeMs: 60_000, smsResendAfterMs: 0 });
  const run = world.start('refresh', '--wait', '60s');
  const first = await codeCard(world);
  const old = await sentCode(world);
  world.simulator.clock.advance(61_000);
  await submit(world, first, old);
  const second = await codeCard(world, /已失效/);
  await world.simulator.feishu.press(second.messageId, '重新发送');
  const third = await codeCard(world, /已重新发送/);
  const fresh = await sentCode(world, 2);
  await submit(world, third, fresh);
  expectRun(await run.ended, 0, /renewed/);
});

test('an early resend request gets the remaining wait time', long, async ({ world }) => {
  await dueWithCode(world, { smsResendAfterMs: 50_000 });
  const run = world.start('refresh', '--wait', '60s');
  await codeCard(world);
  const code = await sentCode(world);
  await world.simulator.feishu.say('重发');
  const card = await codeCard(world, /还不能重新发送，约 \d+ 秒/);
  expect(world.simulator.console.smsCount(phone)).toBe(1);
  await submit(world, card, code);
  expectRun(await run.ended, 0, /renewed/);
});

test('after five wrong codes the card offers only the browser', long, async ({ world }) => {
  await dueWithCode(world);
  const run = world.start('refresh', '--wait', '80s');
  let words = /位验证码/;
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const card = await codeCard(world, words);
    await submit(world, card, wrongFor(await sentCode(world)));
    words = new RegExp(`第 ${attempt + 1}/5 次`);
  }
  const last = await world.simulator.feishu.waitForMessage(
    (message) => cardText(world, message).includes('[1 小时后提醒]'),
    60_000,
  );
  expect(cardText(world, last)).not.toContain('[提交]');
  await world.simulator.feishu.press(last.messageId, '这次跳过');
  expectRun(await run.ended, 3, /5 codes were not accepted/);
  expect(world.simulator.console.truth(phone).rotations).toBe(1);
});

test('a run that waits for a code says so in its lock and ends with exit 3', long, async ({ world }) => {
  await dueWithCode(world);
  const run = world.start('refresh', '--wait', '10s');
  await codeCard(world);
  const lock = await world.json<{ waitingForPersonSince?: string }>('work', 'run.lock');
  expect(Date.parse(lock.waitingForPersonSince ?? '')).not.toBeNaN();
  expectRun(await world.cli('refresh', '--force'), 3, /KT603/);
  expectRun(await run.ended, 3, /KT602/);
  expect(world.simulator.console.truth(phone).rotations).toBe(1);
});

test('the owner can open the browser instead of sending a code', long, async ({ world }) => {
  await dueWithCode(world);
  const run = world.start('refresh', '--wait', '60s');
  const card = await codeCard(world);
  const sent = world.simulator.console.smsCount(phone);
  await world.simulator.feishu.press(card.messageId, '打开浏览器');
  const code = await sentCode(world, sent + 1);
  await world.owner.typeSmsCode({ phone, code });
  await world.owner.leave();
  expectRun(await run.ended, 0, /renewed over the page, with its owner/);
});
