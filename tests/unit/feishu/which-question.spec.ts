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
  test(`after "which question?", "${said}" applies the earlier answer to ${answer}`, async ({ feishu, ask }) => {
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
  test(`"${said}" names the question and answers it`, async ({ feishu, ask }) => {
    const one = await ask(question({ account: 'one' }));
    const two = await ask(question({ account: 'two' }));
    await feishu.say(said);
    await expect.poll(() => two.answers).toEqual([{ decision: { kind: 'ready' }, via: 'chat' }]);
    expect(one.answers).toEqual([]);
  });
}

test('a duration is not the number of a question', async ({ feishu, ask }) => {
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

test('with two code prompts the person is asked which one, and no digit is repeated', async ({ feishu, ask, log }) => {
  await ask(question({ account: 'one', kind: '2fa', code }));
  const two = await ask(question({ account: 'two', kind: '2fa', code }));
  await feishu.say('493817');
  await expect.poll(() => replies(feishu)).toEqual([expect.stringContaining('Which one')]);
  await feishu.say('two');
  await expect.poll(() => two.answers).toEqual([{ decision: { kind: 'code', digits: '493817' }, via: 'chat' }]);
  expect(replies(feishu).join() + log.lines.join()).not.toContain('493817');
});

test('a word that only starts with an account name does not name it', async ({ feishu, ask }) => {
  const one = await ask(question({ account: 'work' }));
  const two = await ask(question({ account: 'work2' }));
  await feishu.say('work2 ok');
  await expect.poll(() => two.answers).toHaveLength(1);
  expect(one.answers).toEqual([]);
});
