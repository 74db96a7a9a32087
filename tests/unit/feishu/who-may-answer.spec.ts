import { expect, test } from '@playwright/test';

import type { PressEvent } from '../../../src/feishu/types.js';
import { judgePress, judgeReply, type OpenQuestion } from '../../../src/feishu/who-may-answer.js';

const open: OpenQuestion = {
  receiver: 'ou_owner',
  nonce: 'n-secret',
  messageId: 'om_1',
  askedAt: 400,
  deadlineAt: 1000,
  isAnswered: false,
};
const press = (operator: unknown, nonce: unknown, message: unknown) =>
  ({
    operator: { open_id: operator },
    action: { value: { nonce } },
    context: { open_message_id: message },
  }) as PressEvent;
const reply = (changes: { type?: string; from?: string; chat?: string; at?: string }) => {
  const { type = 'user', from = 'ou_owner', chat = 'p2p' } = changes;
  const time = 'at' in changes ? changes.at : '500';
  return {
    sender: { sender_id: { open_id: from }, sender_type: type },
    message: { chat_type: chat, create_time: time },
  };
};
const right = press('ou_owner', 'n-secret', 'om_1');

for (const [name, given, state, now, verdict] of [
  ['the right press', right, {}, 1000, undefined],
  ['another person', press('ou_other', 'n-secret', 'om_1'), {}, 1, 'another-person'],
  ['nobody', press(undefined, 'n-secret', 'om_1'), {}, 1, 'another-person'],
  ['another person, although all else is wrong too', press('x', 1, 2), {}, 9999, 'another-person'],
  ['another message', press('ou_owner', 'n-secret', 'om_2'), {}, 1, 'another-message'],
  ['a question that has no message yet', right, { messageId: '' }, 1, 'another-message'],
  ['two missing messages', press('ou_owner', 'n-secret', ''), { messageId: '' }, 1, 'another-message'],
  ['a wrong nonce', press('ou_owner', 'n-secreu', 'om_1'), {}, 1, 'wrong-nonce'],
  ['a nonce that is not a string', press('ou_owner', ['n-secret'], 'om_1'), {}, 1, 'wrong-nonce'],
  ['a late press', right, {}, 1001, 'expired'],
  ['a question without a deadline', right, { deadlineAt: NaN }, 1, 'expired'],
  ['a second press', right, { isAnswered: true }, 1, 'already-used'],
  ['an empty event', {}, {}, 1, 'another-person'],
] as const) {
  test(`press: ${name}`, () => expect(judgePress(given, { ...open, ...state }, now)).toBe(verdict));
}

for (const [name, given, state, verdict] of [
  ['the right reply', reply({}), {}, undefined],
  ['a bot', reply({ type: 'app' }), {}, 'not-direct'],
  ['another person', reply({ from: 'ou_other' }), {}, 'another-person'],
  ['a group', reply({ chat: 'group' }), {}, 'not-direct'],
  ['one older than the question', reply({ at: '399' }), {}, 'older-message'],
  ['one without a time', reply({ at: undefined }), {}, 'older-message'],
  ['one whose time is not a number', reply({ at: 'soon' }), {}, 'older-message'],
  ['one to a card without a time', reply({}), { askedAt: undefined }, 'older-message'],
  ['an empty event', {}, {}, 'not-direct'],
] as const) {
  test(`reply: ${name}`, () => expect(judgeReply(given, { ...open, ...state }, 1)).toBe(verdict));
}
