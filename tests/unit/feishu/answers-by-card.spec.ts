import { expect, question, stranger, test } from './world.js';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

test('the card shows what is needed, how long the key works, and the picture', async ({ feishu, ask }) => {
  const asked = await ask(question(), { screenshot: png });
  const message = feishu.messages()[0]!;
  expect(message.messageId).toBe(asked.message?.messageId);
  const text = feishu.cardText(message);
  expect(text).toContain('心流 iFlow: a CAPTCHA is waiting for you');
  expect(text).toContain('slider CAPTCHA (baxia-nc) on /profile');
  expect(text).toMatch(/works for another 2d 2h/);
  expect(text).toContain('[Remind me in 1 hour] [Skip this time]');
  expect(feishu.image(message.imageKeys[0]!)).toEqual(png);
});

test('a press by the owner is accepted, and the response replaces the card with one without buttons', async ({
  feishu,
  ask,
}) => {
  const asked = await ask();
  const { messageId } = asked.message!;
  const pressed = await feishu.press(messageId, 'Open browser');
  expect(pressed).toMatchObject({ acked: true, code: 200, toast: { type: 'success' } });
  expect(pressed.personSees).toBeUndefined();
  expect(asked.answers).toEqual([{ decision: { kind: 'ready' }, via: 'card' }]);
  const message = feishu.messages()[0]!;
  expect(feishu.cardText(message)).toContain('Answered by the Feishu card: opening the browser');
  expect(feishu.cardText(message)).not.toContain('[');
});

test('the card is updated after the response, for clients that do not refresh from the response', async ({
  feishu,
  ask,
}) => {
  const asked = await ask();
  await feishu.press(asked.message!.messageId, 'ready');
  await asked.settle({ kind: 'ready', via: 'card' });
  await expect.poll(() => feishu.messages()[0]!.updates).toBe(2);
  expect(feishu.cardText(feishu.messages()[0]!)).toContain('Answered by the Feishu card');
});

for (const [label, decision] of [
  ['Remind me in 1 hour', { kind: 'snooze', ms: 3_600_000 }],
  ['Skip this time', { kind: 'decline' }],
] as const) {
  test(`"${label}" means ${decision.kind}`, async ({ feishu, ask }) => {
    const asked = await ask();
    expect(await feishu.press(asked.message!.messageId, label)).toMatchObject({ toast: { type: 'success' } });
    expect(asked.answers[0]?.decision).toEqual(decision);
  });
}

test('a press by another person is refused and logged, and leaves the card unchanged', async ({ feishu, ask, log }) => {
  const asked = await ask();
  const pressed = await feishu.press(asked.message!.messageId, 'ready', { openId: stranger });
  expect(pressed).toMatchObject({
    acked: true,
    toast: { type: 'error', content: expect.stringContaining('Only') as unknown },
  });
  expect(pressed.card).toBeUndefined();
  expect(asked.answers).toEqual([]);
  expect(feishu.messages()[0]!.updates).toBe(0);
  expect(log.lines.join()).toContain('another-person');
});

test('a press on a forwarded card is refused', async ({ feishu, ask }) => {
  const asked = await ask();
  const pressed = await feishu.press(asked.message!.messageId, 'ready', { contextMessageId: 'om_forwarded' });
  expect(pressed.toast).toMatchObject({
    type: 'error',
    content: expect.stringContaining('original message'),
  });
  expect(asked.answers).toEqual([]);
});

test('an old nonce is refused, even in the right message from the right person', async ({ feishu, ask }) => {
  const first = await ask();
  const second = await ask({ ...question(), id: first.question.id, message: first.message });
  await expect.poll(() => feishu.cardText(feishu.messages()[0]!)).toContain('replaced by the newer message');
  const value = { keyturn: 1, action: 'ready', question: first.question.id, nonce: first.question.nonce };
  const pressed = await feishu.press(second.message!.messageId, '', { value });
  expect(pressed.toast).toMatchObject({ type: 'error' });
  expect(second.answers).toEqual([]);
});

for (const value of [
  {},
  { action: 'ready' },
  { action: 'ready', nonce: '' },
  { action: 'ready', nonce: { length: 43 } },
]) {
  test(`a press with the value ${JSON.stringify(value)} is refused`, async ({ feishu, ask }) => {
    const asked = await ask();
    const pressed = await feishu.press(asked.message!.messageId, '', { value });
    expect(pressed).toMatchObject({ acked: true, code: 200, toast: { type: 'error' } });
    expect(asked.answers).toEqual([]);
  });
}

test('an event that is delivered twice counts once and gets the same response', async ({ feishu, ask }) => {
  feishu.weather.deliveries = 2;
  const asked = await ask();
  const { messageId } = asked.message!;
  const first = await feishu.press(messageId, 'ready');
  const value = { action: 'ready', question: asked.question.id, nonce: asked.question.nonce };
  const again = await feishu.press(messageId, '', { value, eventId: first.eventId });
  expect(again.data).toEqual(first.data);
  expect(asked.answers).toHaveLength(1);
});

test('a second press gets a refusal and the settled card', async ({ feishu, ask }) => {
  const asked = await ask();
  const { messageId } = asked.message!;
  await feishu.press(messageId, 'decline');
  const value = { action: 'ready', question: asked.question.id, nonce: asked.question.nonce };
  const again = await feishu.press(messageId, '', { value });
  expect(again).toMatchObject({ toast: { type: 'error', content: expect.stringContaining('already') as unknown } });
  expect(feishu.cardText(feishu.messages()[0]!)).toContain('skipped this time');
  expect(asked.answers).toEqual([{ decision: { kind: 'decline' }, via: 'card' }]);
});

test('a press after the deadline is refused', async ({ feishu, ask, openChannel }) => {
  let now = Date.now();
  const asked = await ask(question({ waitMs: 1000, now }), { channel: openChannel({ now: () => now }) });
  now += 1001;
  const pressed = await feishu.press(asked.message!.messageId, 'ready');
  expect(pressed.toast).toMatchObject({ type: 'error', content: expect.stringContaining('over') });
  expect(asked.answers).toEqual([]);
});

test('an event in several fragments is one press', async ({ feishu, ask }) => {
  feishu.weather.fragments = 7;
  const asked = await ask();
  expect(await feishu.press(asked.message!.messageId, 'ready')).toMatchObject({
    acked: true,
    toast: { type: 'success' },
  });
  expect(asked.answers).toHaveLength(1);
});

test('two questions share one connection, and each card answers its own', async ({ feishu, ask }) => {
  const one = await ask(question({ account: 'one' }));
  const two = await ask(question({ account: 'two' }));
  await feishu.press(two.message!.messageId, 'ready');
  expect(one.answers).toEqual([]);
  expect(two.answers).toHaveLength(1);
  const mixed = { action: 'ready', question: two.question.id, nonce: two.question.nonce };
  expect((await feishu.press(one.message!.messageId, '', { value: mixed })).toast?.type).toBe('error');
  expect(one.answers).toEqual([]);
  expect(feishu.connectionsMade()).toBe(1);
});

test('the card is sent without its picture when the upload fails', async ({ feishu, ask, log }) => {
  feishu.weather.always.upload = { status: 400, code: 234007, msg: 'App does not enable bot feature' };
  await ask(question(), { screenshot: png });
  expect(feishu.messages()[0]!.imageKeys).toEqual([]);
  expect(log.lines.join()).toContain('goes out without its picture');
});

test('the card is sent without its picture when the upload hangs', async ({ feishu, ask, openChannel }) => {
  feishu.weather.always.upload = { hang: true };
  await ask(question(), { screenshot: png, channel: openChannel({ uploadTimeoutMs: 200 }) });
  expect(feishu.messages()).toHaveLength(1);
});

test('settling elsewhere replaces the card and removes its buttons', async ({ feishu, ask }) => {
  const asked = await ask();
  await asked.settle({ kind: 'ready', via: 'terminal' });
  await expect.poll(() => feishu.cardText(feishu.messages()[0]!)).toContain('Answered by the keyboard');
  expect(feishu.cardText(feishu.messages()[0]!)).not.toContain('[');
});

test('cards are in Chinese unless English is set', async ({ feishu, settings, log, openChannel }) => {
  const { createFeishuClient } = await import('../../../src/feishu/feishu-client.js');
  const client = createFeishuClient({ settings: { ...settings, language: undefined }, log, env: {} });
  const on = openChannel({ client });
  const signal = new AbortController().signal;
  const asked = await on.ask(question(), { onAnswer: () => ({ accepted: true }), signal });
  const pressed = await feishu.press(asked.message!.messageId, '打开浏览器');
  expect(pressed.toast?.content).toBe('正在打开浏览器');
  client.close();
});
