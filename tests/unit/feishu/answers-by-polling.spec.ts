import type { FeishuChannelOptions } from '../../../src/feishu/feishu-channel.js';
import { createFeishuClient } from '../../../src/feishu/feishu-client.js';
import { expect, question, test as base } from './world.js';

/** A channel that only polls the chat, at short intervals. */
const test = base.extend<{ polling: Partial<FeishuChannelOptions> }>({
  polling: async ({ settings, log }, use) => {
    const client = createFeishuClient({ settings: { ...settings, answers: 'polling' }, log, env: {}, timeoutMs: 2000 });
    await use({ client, pollMs: 40 });
    client.close();
  },
});
const code = { attempt: 1, of: 5, canResend: true, digits: 6 };

test('the card has no buttons, says how to answer, and no connection is opened', async ({
  feishu,
  ask,
  openChannel,
  polling,
}) => {
  await ask(question(), { channel: openChannel(polling) });
  const text = feishu.cardText(feishu.messages()[0]!);
  expect(text).not.toContain('[');
  expect(text).toMatch(/reply ok \/ 1h \/ skip/);
  expect(feishu.connectionsMade()).toBe(0);
});

test('a reply counts once, gets a response, and the card is replaced', async ({
  feishu,
  ask,
  openChannel,
  polling,
}) => {
  const asked = await ask(question(), { channel: openChannel(polling) });
  await feishu.say('1h', { waitMs: 0 });
  await expect.poll(() => asked.answers).toEqual([{ decision: { kind: 'snooze', ms: 3_600_000 }, via: 'chat' }]);
  await asked.settle({ kind: 'snoozed', until: new Date().toISOString(), via: 'chat' });
  await expect.poll(() => feishu.cardText(feishu.messages()[0]!)).toContain('Answered by a Feishu message');
  const lines = feishu.messages().filter((message) => message.msgType === 'text');
  expect(lines).toHaveLength(1);
});

test('a code is accepted as a reply', async ({ feishu, ask, openChannel, polling, log }) => {
  const asked = await ask(question({ kind: '2fa', code }), { channel: openChannel(polling) });
  await feishu.say('４９３ ８１７', { waitMs: 0 });
  await expect.poll(() => asked.answers).toEqual([{ decision: { kind: 'code', digits: '493817' }, via: 'chat' }]);
  expect(log.lines.join()).not.toContain('493817');
});

test('no request is sent while no question is open', async ({ feishu, ask, openChannel, polling }) => {
  const channel = openChannel({ ...polling, lingerMs: 300 });
  const asked = await ask(question(), { channel });
  await feishu.say('ok', { waitMs: 0 });
  await expect.poll(() => asked.answers).toHaveLength(1);
  await asked.settle({ kind: 'ready', via: 'chat' });
  await channel.close();
  const after = feishu.requests().length;
  await expect.poll(() => feishu.connections()).toBe(0);
  expect(feishu.requests().length).toBe(after);
});

test('a refusal to read the chat ends the polling, and the card says so', async ({
  feishu,
  ask,
  openChannel,
  polling,
}) => {
  const channel = openChannel(polling);
  await ask(question(), { channel });
  feishu.weather.always.list = { status: 400, code: 99991672, msg: 'scope not granted' };
  await expect.poll(() => feishu.cardText(feishu.messages()[0]!)).toContain('keyturn unblock main');
});

test('with a long connection the chat is never read', async ({ feishu, ask, openChannel }) => {
  const asked = await ask(question(), { channel: openChannel({ pollMs: 20 }) });
  await feishu.press(asked.message!.messageId, 'ready');
  expect(asked.answers).toHaveLength(1);
  expect(feishu.requests().filter((request) => request.startsWith('GET /open-apis'))).toEqual([]);
});

test('a connection that is back at once leaves the card unchanged', async ({ feishu, ask }) => {
  const asked = await ask();
  feishu.dropConnections();
  await expect.poll(() => feishu.connectionsMade()).toBe(2);
  await expect.poll(() => feishu.connections()).toBe(1);
  expect(feishu.messages()[0]!.updates).toBe(0);
  expect(await feishu.press(asked.message!.messageId, 'ready')).toMatchObject({ toast: { type: 'success' } });
});
