import { expect, test } from '@playwright/test';

import { judgePress, judgeReply, type OpenQuestion } from '../../../src/feishu/who-may-answer.js';

const open: OpenQuestion = {
  receiver: 'ou_owner',
  nonce: 'n-secret',
  messageId: 'om_1',
  deadlineAt: 1000,
  isAnswered: false,
};
const press = { operatorOpenId: 'ou_owner', nonce: 'n-secret', messageId: 'om_1' };
const reply = { senderOpenId: 'ou_owner', senderType: 'user', chatType: 'p2p', createdAt: 500, askedAt: 400 };
const refused = (reason: string) => ({ ok: false, reason });

for (const [name, given, state, now, verdict] of [
  ['the right press', press, {}, 1000, { ok: true }],
  ['another person', { ...press, operatorOpenId: 'ou_other' }, {}, 1, refused('another-person')],
  ['nobody', { ...press, operatorOpenId: undefined }, {}, 1, refused('another-person')],
  [
    'another person, although all else is wrong too',
    { operatorOpenId: 'x', nonce: 1, messageId: 2 },
    {},
    9999,
    refused('another-person'),
  ],
  ['another message', { ...press, messageId: 'om_2' }, {}, 1, refused('another-message')],
  ['a question that has no message yet', press, { messageId: '' }, 1, refused('another-message')],
  ['two missing messages', { ...press, messageId: '' }, { messageId: '' }, 1, refused('another-message')],
  ['a wrong nonce', { ...press, nonce: 'n-secreu' }, {}, 1, refused('wrong-nonce')],
  ['a nonce that is not a string', { ...press, nonce: ['n-secret'] }, {}, 1, refused('wrong-nonce')],
  ['a late press', press, {}, 1001, refused('expired')],
  ['a question without a deadline', press, { deadlineAt: NaN }, 1, refused('expired')],
  ['a second press', press, { isAnswered: true }, 1, refused('already-used')],
] as const) {
  test(`press: ${name}`, () => expect(judgePress(given, { ...open, ...state }, now)).toEqual(verdict));
}

for (const [name, given, verdict] of [
  ['the right reply', reply, { ok: true }],
  ['a bot', { ...reply, senderType: 'app' }, refused('not-a-person')],
  ['another person', { ...reply, senderOpenId: 'ou_other' }, refused('another-person')],
  ['a group', { ...reply, chatType: 'group' }, refused('not-private')],
  ['one older than the question', { ...reply, createdAt: 399 }, refused('older-message')],
  ['one without a time', { ...reply, createdAt: undefined }, refused('older-message')],
  ['one whose time is not a number', { ...reply, createdAt: NaN }, refused('older-message')],
  ['one to a card without a time', { ...reply, askedAt: undefined }, refused('older-message')],
] as const) {
  test(`reply: ${name}`, () => expect(judgeReply(given, open, 1)).toEqual(verdict));
}
