import type { CodeNote } from '../../../src/core/question.js';
import { expect, question, stranger, test } from './world.js';
import { same } from '../../../src/messages/text.js';

const wanted = (note?: CodeNote, more = {}) =>
  question({
    kind: '2fa',
    detail: same('a verification code on /profile'),
    canBeDoubted: true,
    code: { attempt: note ? 2 : 1, of: 5, digits: 6, canResend: true, note, ...more },
  });
const form = (code: string) => ({ formValue: { code } });

test('a code prompt has a field, and buttons for a new code, the browser and a false alarm', async ({
  feishu,
  ask,
}) => {
  await ask(wanted());
  const text = feishu.cardText(feishu.messages()[0]!);
  expect(text).toContain('( the 6-digit code )\n[Submit]\n[Resend] [Open browser] [Skip this time]\n[False alarm]');
  expect(text).toContain('What a verification code on /profile');
});

test('there is no button for a new code when the page cannot send one', async ({ feishu, ask }) => {
  const asked = await ask(wanted(undefined, { canResend: false }));
  expect(feishu.cardText(feishu.messages()[0]!)).not.toContain('[Resend]');
  await feishu.say('resend');
  await expect.poll(() => feishu.messages().at(-1)!.content['text']).toContain('no answer to this question');
  expect(asked.answers).toEqual([]);
});

for (const typed of ['493817', ' 493 817 ', '493-817', '４９３８１７']) {
  test(`the field accepts ${JSON.stringify(typed)}, and the card shows none of its digits`, async ({
    feishu,
    ask,
    log,
  }) => {
    const asked = await ask(wanted());
    const pressed = await feishu.press(asked.message!.messageId, 'Submit', form(typed));
    expect(pressed).toMatchObject({ acked: true, toast: { type: 'success' } });
    expect(pressed.personSees).toBeUndefined();
    expect(asked.answers).toEqual([{ decision: { kind: 'code', digits: '493817' }, via: 'card' }]);
    await asked.settle({ kind: 'code', via: 'card' });
    await expect.poll(() => feishu.messages()[0]!.updates).toBe(2);
    const text = feishu.cardText(feishu.messages()[0]!);
    expect(text).toContain('Answered by the Feishu card: typing the code');
    expect(text).not.toMatch(/\[|493/);
    expect(log.lines.join()).not.toContain('493817');
  });
}

for (const typed of ['', '123', '123456789', 'abcdef', '12 34 5x']) {
  test(`${JSON.stringify(typed)} is not a code: the card stays, and the person sees an error`, async ({
    feishu,
    ask,
  }) => {
    const asked = await ask(wanted());
    const { messageId } = asked.message!;
    const pressed = await feishu.press(messageId, 'Submit', form(typed));
    expect(pressed.toast).toMatchObject({ type: 'error', content: expect.stringContaining('4 to 8 digits') });
    expect(asked.answers).toEqual([]);
    expect(await feishu.press(messageId, 'Submit', form('1234'))).toMatchObject({ toast: { type: 'success' } });
  });
}

test('a code from another person is refused and never repeated', async ({ feishu, ask, log }) => {
  const asked = await ask(wanted());
  const pressed = await feishu.press(asked.message!.messageId, 'Submit', { ...form('493817'), openId: stranger });
  expect(pressed.toast?.type).toBe('error');
  expect(asked.answers).toEqual([]);
  expect(log.lines.join() + JSON.stringify(pressed)).not.toContain('493817');
});

test('of two answers at once one is accepted and the other gets an error', async ({ feishu, ask }) => {
  const asked = await ask(wanted());
  const { messageId } = asked.message!;
  const both = await Promise.all([
    feishu.press(messageId, 'Submit', form('111111')),
    feishu.press(messageId, 'Submit', form('222222')),
  ]);
  expect(both.map((one) => one.toast?.type).sort()).toEqual(['error', 'success']);
  expect(asked.answers).toHaveLength(1);
});

for (const [note, words] of [
  ['wrong', /code is wrong.*2 of 5/],
  ['expired', /has expired/],
  ['unclear', /did not accept the code/],
  ['wrong-length', /have 6 digits/],
  ['resent', /new code was sent/],
  ['not-resent', /no button that sends another/],
] as const) {
  test(`the card of a question asked again says ${note}`, async ({ feishu, ask }) => {
    await ask(wanted(note));
    expect(feishu.cardText(feishu.messages()[0]!)).toMatch(words);
  });
}

for (const [words, kind] of [
  ['resend', 'resend'],
  ['重发', 'resend'],
  ['不是验证', 'not-a-check'],
  ['skip', 'decline'],
  ['ok', 'ready'],
] as const) {
  test(`the reply ${words} to a code prompt means ${kind}`, async ({ feishu, ask }) => {
    const asked = await ask(wanted());
    await feishu.say(words);
    await expect.poll(() => asked.answers.map((answer) => answer.decision.kind)).toEqual([kind]);
  });
}

test('after "False alarm" the card says what happens next', async ({ feishu, ask }) => {
  const asked = await ask(question({ canBeDoubted: true }));
  const pressed = await feishu.press(asked.message!.messageId, 'False alarm');
  expect(pressed.toast?.type).toBe('success');
  expect(asked.answers).toEqual([{ decision: { kind: 'not-a-check' }, via: 'card' }]);
  expect(feishu.cardText(feishu.messages()[0]!)).toContain('false alarm; the run continues');
});

test('a question that cannot be a false alarm does not offer "False alarm"', async ({ feishu, ask }) => {
  const asked = await ask(question());
  expect(feishu.cardText(feishu.messages()[0]!)).not.toContain('[False alarm]');
  await feishu.say('not a check');
  await expect.poll(() => feishu.messages().at(-1)!.content['text']).toContain('no answer to this question');
  expect(asked.answers).toEqual([]);
});

test('after a code on the card, the next prompt takes the place of that card', async ({ feishu, ask }) => {
  const first = await ask(wanted());
  await feishu.press(first.message!.messageId, 'Submit', form('111111'));
  await first.settle({ kind: 'code', via: 'card' });
  const second = await ask({ ...wanted('wrong'), id: first.question.id, message: first.message });
  expect(second.message?.messageId).toBe(first.message?.messageId);
  expect(feishu.messages()).toHaveLength(1);
  expect(feishu.cardText(feishu.messages()[0]!)).toMatch(/code is wrong[^]*\[Submit\]/);
  await feishu.press(first.message!.messageId, 'Submit', form('222222'));
  expect(second.answers).toEqual([{ decision: { kind: 'code', digits: '222222' }, via: 'card' }]);
});

test('after a code in the chat, the next prompt is a new message', async ({ feishu, ask }) => {
  const first = await ask(wanted());
  await feishu.say('111111');
  await expect.poll(() => first.answers).toHaveLength(1);
  await first.settle({ kind: 'code', via: 'chat' });
  const second = await ask({ ...wanted('wrong'), id: first.question.id, message: first.message });
  expect(second.message?.messageId).not.toBe(first.message?.messageId);
});

test('an unclear reply to a code prompt is answered with what may be replied', async ({ feishu, ask }) => {
  await ask(wanted());
  await feishu.say('what?');
  await expect
    .poll(() => feishu.messages().at(-1)!.content['text'])
    .toBe('That is no answer to this question; please reply: the digits / resend / skip.');
});

test('a reply that quotes the earlier card of a question asked again is accepted', async ({ feishu, ask }) => {
  const first = await ask(wanted());
  await feishu.press(first.message!.messageId, 'Submit', form('111111'));
  await first.settle({ kind: 'code', via: 'card' });
  const second = await ask({ ...wanted('wrong'), id: first.question.id, message: first.message });
  await feishu.say('222222', { parentId: first.message!.messageId });
  await expect.poll(() => second.answers).toEqual([{ decision: { kind: 'code', digits: '222222' }, via: 'chat' }]);
});

test('the card answers within 3 s while another answer hangs', async ({ feishu, ask }) => {
  feishu.weather.always.patch = { hang: true };
  const one = await ask(question({ account: 'one' }));
  const two = await ask(question({ account: 'two' }));
  await one.settle({ kind: 'ready', via: 'terminal' });
  const pressed = await feishu.press(two.message!.messageId, 'ready');
  expect(pressed).toMatchObject({ acked: true, toast: { type: 'success' } });
  expect(pressed.tookMs).toBeLessThan(3000);
});
