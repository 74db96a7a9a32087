import fc from 'fast-check';
import { expect, test } from '@playwright/test';

import { cardLines, cardProblem } from '../../simulator/feishu-card.js';
import { decodeFrame, encodeFrame } from '../../simulator/feishu-frames.js';
import { startFeishu } from '../../simulator/feishu.js';

test("a ping has the same bytes as that of Feishu's clients", () => {
  const frame = { seqId: 0n, logId: 0n, service: 33_554_678, method: 0, headers: [['type', 'ping']] as const };
  expect(encodeFrame(frame).toString('hex')).toBe('0800100018f681801020002a0c0a04747970651204' + '70696e67');
});

test('every frame is the same after encoding and decoding', () => {
  const text = fc.string({ maxLength: 40 });
  const frame = fc.record({
    seqId: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    logId: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    service: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    method: fc.constantFrom(0, 1),
    headers: fc.array(fc.tuple(text, text)),
    payload: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    payloadEncoding: text,
    payloadType: text,
    logIdNew: text,
  });
  fc.assert(fc.property(frame, (one) => expect(decodeFrame(encodeFrame(one))).toEqual(one)));
});

test('bytes that are not a frame throw a RangeError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        decodeFrame(Buffer.from(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
  );
});

const modern = (elements: object[]) =>
  JSON.stringify({ schema: '2.0', config: { update_multi: true }, body: { elements } });
for (const [name, card, problem] of [
  ['text that is not JSON', '{', /JSON/],
  ['an action block in 2.0', modern([{ tag: 'action', actions: [] }]), /action/],
  ['an unknown picture', modern([{ tag: 'img', img_key: 'img_x' }]), /img_x/],
  [
    'a form inside a column',
    modern([{ tag: 'column_set', columns: [{ tag: 'column', elements: [{ tag: 'form', name: 'f' }] }] }]),
    /form/,
  ],
  [
    'a value that is not an object',
    modern([{ tag: 'button', text: {}, behaviors: [{ type: 'callback', value: 'x' }] }]),
    /object/,
  ],
  ['more than 30 KB', modern([{ tag: 'markdown', content: 'x'.repeat(31_000) }]), /30 KB/],
  ['a card that cannot be updated', JSON.stringify({ schema: '2.0', body: { elements: [] } }), /update_multi/],
] as const) {
  test(`a card is rejected for ${name}`, () => expect(cardProblem(card, () => false)).toMatch(problem));
}

test('a card is readable as plain lines', () => {
  const button = (content: string) => ({ tag: 'button', text: { content } });
  const card = {
    schema: '2.0',
    header: { title: { content: 'Title' } },
    body: {
      elements: [
        { tag: 'markdown', content: '**bold** &#42;star&#42; [link](https://a.b)\nnext' },
        {
          tag: 'column_set',
          columns: [
            { tag: 'column', elements: [button('A')] },
            { tag: 'column', elements: [button('B')] },
          ],
        },
      ],
    },
  };
  expect(cardLines(card)).toEqual(['Title', 'bold *star* link (https://a.b)', 'next', '[A] [B]']);
});

test('requests need a token that the simulator issued', async () => {
  const feishu = await startFeishu();
  const post = (path: string, body: object, token?: string) =>
    fetch(feishu.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify(body),
    }).then(async (response) => ({
      status: response.status,
      body: (await response.json()) as Record<string, unknown>,
    }));
  const auth = '/open-apis/auth/v3/tenant_access_token/internal';
  const send = '/open-apis/im/v1/messages?receive_id_type=open_id';
  const message = { receive_id: feishu.ownerOpenId, msg_type: 'text', content: '{"text":"hi"}', uuid: 'same' };
  expect(await post(auth, { app_id: feishu.appId, app_secret: 'wrong' })).toMatchObject({
    status: 200,
    body: { code: 10014 },
  });
  expect(await post(send, message)).toMatchObject({ status: 400, body: { code: 99991661 } });
  expect(await post(send, message, 't-forged')).toMatchObject({ status: 400, body: { code: 99991663 } });
  const { body } = await post(auth, { app_id: feishu.appId, app_secret: feishu.appSecret });
  const token = String(body['tenant_access_token']);
  for (let n = 0; n < 2; n += 1)
    expect(await post(send, message, token)).toMatchObject({ status: 200, body: { code: 0 } });
  expect(feishu.messages()).toHaveLength(1);
  const list = `${feishu.url}/open-apis/im/v1/messages?container_id_type=chat&container_id=${feishu.messages()[0]!.chatId}`;
  const listed = (await (await fetch(list, { headers: { authorization: `Bearer ${token}` } })).json()) as {
    data: { items: { body: { content: string } }[] };
  };
  expect(listed.data.items.map((item) => item.body.content)).toEqual(['{"text":"hi"}']);
  await feishu.close();
});

test('without a connection a message from the person is shown as error 200340', async () => {
  const feishu = await startFeishu();
  expect(await feishu.say('hello', { waitMs: 50 })).toMatchObject({ acked: false, personSees: 200340 });
  await feishu.close();
});
