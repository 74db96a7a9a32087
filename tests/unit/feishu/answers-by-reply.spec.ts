import { expect, question, stranger, test } from './world.js';

const replies = (feishu: { messages(): readonly { msgType: string; content: Record<string, unknown> }[] }) =>
  feishu
    .messages()
    .filter((message) => message.msgType === 'text')
    .map((message) => String(message.content['text']));

for (const [text, decision] of [
  ['好', { kind: 'ready' }],
  ['OK', { kind: 'ready' }],
  ['30m', { kind: 'snooze', ms: 1_800_000 }],
  ['跳过', { kind: 'decline' }],
] as const) {
  test(`the reply ${text} means ${decision.kind}`, async ({ feishu, ask }) => {
    const asked = await ask();
    expect(await feishu.say(text)).toMatchObject({ acked: true, code: 200 });
    await expect.poll(() => asked.answers).toEqual([{ decision, via: 'chat' }]);
    await expect.poll(() => replies(feishu)).toEqual([expect.stringContaining('a Feishu message')]);
  });
}

test('a reply that is not understood gets a list of accepted replies', async ({ feishu, ask }) => {
  const asked = await ask();
  await feishu.say('what is this?');
  await expect.poll(() => replies(feishu)).toEqual([expect.stringContaining('no answer to this question')]);
  expect(asked.answers).toEqual([]);
});

test('digits are refused where no code is wanted, and are never repeated', async ({ feishu, ask, log }) => {
  const asked = await ask();
  await feishu.say('493817');
  await expect.poll(() => replies(feishu)).toEqual([expect.stringContaining('no answer to this question')]);
  expect(asked.answers).toEqual([]);
  expect(log.lines.join() + replies(feishu).join()).not.toContain('493817');
});

test('with two open questions an unquoted reply is asked which one it answers, and a quoted reply is accepted', async ({
  feishu,
  ask,
}) => {
  const one = await ask(question({ account: 'one' }));
  const two = await ask(question({ account: 'two' }));
  await feishu.say('ok');
  await expect.poll(() => replies(feishu)).toEqual([expect.stringMatching(/1\. one\n2\. two/)]);
  await feishu.say('ok', { parentId: one.message!.messageId });
  await expect.poll(() => one.answers).toHaveLength(1);
  expect(two.answers).toEqual([]);
});

test('a reply by another person is refused and logged', async ({ feishu, ask, log }) => {
  const asked = await ask();
  await feishu.say('ok', { openId: stranger });
  await expect.poll(() => log.lines.join()).toContain('another-person');
  expect(asked.answers).toEqual([]);
});

for (const [name, how] of [
  ['a group chat', { chatType: 'group' }],
  ['a bot', { senderType: 'app' }],
] as const) {
  test(`an answer from ${name} is refused`, async ({ feishu, ask, log }) => {
    const asked = await ask();
    await feishu.say('ok', how);
    await expect.poll(() => log.lines.join()).toContain('not-direct');
    expect(asked.answers).toEqual([]);
  });
}

test('a message older than the question is refused', async ({ feishu, ask }) => {
  const asked = await ask();
  await feishu.say('ok', { createdAt: Date.now() - 60_000 });
  await expect.poll(() => replies(feishu)).toHaveLength(1);
  expect(asked.answers).toEqual([]);
});

test('the same message delivered under two event ids counts once', async ({ feishu, ask }) => {
  const asked = await ask();
  await feishu.say('ok', { messageId: 'om_same' });
  await feishu.say('ok', { messageId: 'om_same' });
  await expect.poll(() => replies(feishu)).toHaveLength(1);
  expect(asked.answers).toHaveLength(1);
});

test('a card that Feishu refuses is sent as text, and a reply to that counts', async ({ feishu, ask }) => {
  const refused = { code: 230099, msg: 'Failed to create card content' };
  feishu.weather.next.send.push(refused);
  const asked = await ask();
  const [text, ...others] = replies(feishu);
  expect(others).toEqual([]);
  expect(text).toContain('Please reply ok / 1h / skip');
  expect(text).not.toMatch(/\*\*|&#|press/);
  await feishu.say('ok');
  await expect.poll(() => asked.answers).toEqual([{ decision: { kind: 'ready' }, via: 'chat' }]);
  await expect.poll(() => replies(feishu)).toHaveLength(2);
  // The text of an app that may send nothing is refused as well; the first refusal says why.
  feishu.weather.next.send.push({ code: 230013, msg: 'no availability' }, { code: 230001, msg: 'bad' });
  await expect(ask()).rejects.toMatchObject({ code: 'KT505', message: expect.stringContaining('230013') });
});
