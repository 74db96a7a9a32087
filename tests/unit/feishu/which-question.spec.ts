import { expect, question, test } from './world.js';

const replies = (feishu: { messages(): readonly { msgType: string; content: Record<string, unknown> }[] }) =>
  feishu
    .messages()
    .filter((message) => message.msgType === 'text')
    .map((message) => String(message.content['text']));
const code = { attempt: 1, of: 5, canResend: true };

for (const [said, answer] of [
  ['2', 'two'],
  ['two', 'two'],
  ['TWO.', 'two'],
  ['1', 'one'],
] as const) {
  test(`asked which, "${said}" means ${answer}, with what was said before`, async ({ feishu, ask }) => {
    const one = await ask(question({ account: 'one' }));
    const two = await ask(question({ account: 'two' }));
    await feishu.say('跳过');
    await expect.poll(() => replies(feishu)).toEqual([expect.stringMatching(/Which one[^\n]*\n1\. one\n2\. two/)]);
    await feishu.say(said);
    const [chosen, other] = answer === 'two' ? [two, one] : [one, two];
    await expect.poll(() => chosen.answers).toEqual([{ decision: { kind: 'decline' }, via: 'chat' }]);
    expect(other.answers).toEqual([]);
  });
}

for (const said of ['2 ok', 'two: ok', '2. 好', '第2个 继续']) {
  test(`"${said}" says which and what at once`, async ({ feishu, ask }) => {
    const one = await ask(question({ account: 'one' }));
    const two = await ask(question({ account: 'two' }));
    await feishu.say(said);
    await expect.poll(() => two.answers).toEqual([{ decision: { kind: 'ready' }, via: 'chat' }]);
    expect(one.answers).toEqual([]);
  });
}

test('a duration is no number of a question', async ({ feishu, ask }) => {
  const one = await ask(question({ account: 'one' }));
  const two = await ask(question({ account: 'two' }));
  await feishu.say('2 h');
  await expect.poll(() => replies(feishu)).toEqual([expect.stringContaining('Which one')]);
  expect([...one.answers, ...two.answers]).toEqual([]);
});

test('digits go to the only question that wants a code', async ({ feishu, ask }) => {
  const one = await ask(question({ account: 'one' }));
  const two = await ask(question({ account: 'two', kind: '2fa', code }));
  await feishu.say('493817');
  await expect.poll(() => two.answers).toEqual([{ decision: { kind: 'code', digits: '493817' }, via: 'chat' }]);
  expect(one.answers).toEqual([]);
});

test('with two codes wanted the person is asked which, and no digit is repeated', async ({ feishu, ask, log }) => {
  await ask(question({ account: 'one', kind: '2fa', code }));
  const two = await ask(question({ account: 'two', kind: '2fa', code }));
  await feishu.say('493817');
  await expect.poll(() => replies(feishu)).toEqual([expect.stringContaining('Which one')]);
  await feishu.say('two');
  await expect.poll(() => two.answers).toEqual([{ decision: { kind: 'code', digits: '493817' }, via: 'chat' }]);
  expect(replies(feishu).join() + log.lines.join()).not.toContain('493817');
});

test('a name that only begins like an account is none', async ({ feishu, ask }) => {
  const one = await ask(question({ account: 'work' }));
  const two = await ask(question({ account: 'work2' }));
  await feishu.say('work2 ok');
  await expect.poll(() => two.answers).toHaveLength(1);
  expect(one.answers).toEqual([]);
});
