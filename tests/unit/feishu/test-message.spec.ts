import { sendNotice } from '../../../src/feishu/send-notice.js';
import { sendTestMessage } from '../../../src/feishu/test-message.js';
import { expect, quick, stranger, test } from './world.js';

const isTest = (message: { msgType: string }) => message.msgType === 'interactive';

test('an answered test says how the answer came', async ({ feishu, client, log }) => {
  const sent: string[] = [];
  const onSent = (way: string) => sent.push(way);
  const testing = sendTestMessage({ client, log, waitMs: 10_000, connection: quick, onSent });
  const { messageId } = await feishu.waitForMessage(isTest);
  expect(await feishu.press(messageId, 'Got it')).toMatchObject({ acked: true, toast: { type: 'success' } });
  expect(await testing).toMatchObject({ sent: true, connected: true, answeredBy: 'connection', advice: [] });
  expect(sent).toEqual(['connection']);
  expect(feishu.cardText(feishu.messages()[0]!)).toContain('It works');
  await expect.poll(() => feishu.connections()).toBe(0);
});

test('the report of an unanswered test names the steps in the console', async ({ feishu, client, log }) => {
  const report = await sendTestMessage({ client, log, waitMs: 100, connection: quick });
  expect(report).toMatchObject({ sent: true, answered: false });
  expect(report.advice.map(({ en }) => en).join('\n')).toMatch(/card\.action\.trigger[\s\S]*publish/);
  expect(feishu.cardText(feishu.messages()[0]!)).toContain('The test is over');
});

test('a test without a connection and a readable chat reports this and does not wait', async ({
  feishu,
  client,
  log,
}) => {
  feishu.weather.endpoint = 'error';
  feishu.weather.always.list = { status: 400, code: 99991672, msg: 'scope not granted' };
  const report = await sendTestMessage({ client, log, waitMs: 60_000, connection: quick });
  expect(report).toMatchObject({ sent: true, answered: false, problem: { code: 'KT507' } });
  expect(report.connected).toBe(false);
  expect(report.advice.map(({ en }) => en).join('\n')).toContain('1000040350');
  expect(report.advice.map(({ en }) => en).join('\n')).toMatch(/Reading the chat does not work.*scope not granted/);
});

test('without a connection a reply is found by reading the chat', async ({ feishu, client, log }) => {
  feishu.weather.endpoint = 'error';
  const testing = sendTestMessage({ client, log, waitMs: 10_000, connection: quick, pollMs: 50 });
  await feishu.waitForMessage(isTest);
  await feishu.say('ok', { waitMs: 0 });
  const report = await testing;
  expect(report).toMatchObject({ answered: true, connected: false, answeredBy: 'polling', canPoll: true });
  expect(feishu.cardText(feishu.messages()[0]!)).toContain('It works');
});

test('a reply that went to another client of the app is found in the chat, and the report says so', async ({
  feishu,
  client,
  log,
}) => {
  feishu.weather.stolenEvents = 1;
  const testing = sendTestMessage({ client, log, waitMs: 10_000, connection: quick, pollMs: 50 });
  await feishu.waitForMessage(isTest);
  await feishu.say('ok');
  const report = await testing;
  expect(report).toMatchObject({ answered: true, answeredBy: 'polling' });
  expect(report.connected).toBe(true);
  expect(report.advice.map(({ en }) => en).join('\n')).toContain('Another program');
});

test('a press by another person is refused', async ({ feishu, client, log }) => {
  const stop = new AbortController();
  const testing = sendTestMessage({ client, log, waitMs: 60_000, connection: quick, signal: stop.signal });
  const { messageId } = await feishu.waitForMessage(isTest);
  expect(await feishu.press(messageId, 'Got it', { openId: stranger })).toMatchObject({ toast: { type: 'error' } });
  stop.abort();
  expect(await testing).toMatchObject({ answered: false });
});

test('a test with a wrong secret is a report, not a crash', async ({ feishu, client, log }) => {
  feishu.weather.tokenRefused = true;
  const report = await sendTestMessage({ client, log, waitMs: 1000, connection: quick });
  expect(report).toMatchObject({ sent: false, answered: false, problem: { code: 'KT502' } });
});

const notice = {
  level: 'failure',
  account: 'main',
  siteTitle: 'iFlow',
  title: 'The key could not be renewed',
  lines: [{ markdown: 'The old key works until **Friday**.' }, { label: 'Next', command: 'keyturn status' }],
} as const;

test('a notice is a card without buttons', async ({ feishu, client, log }) => {
  expect(await sendNotice(notice, { client, log })).toMatchObject({ delivered: true });
  const text = feishu.cardText(feishu.messages()[0]!);
  expect(text).toMatch(
    /^The key could not be renewed\n.*main.*iFlow\nThe old key works until Friday\.\nNext: keyturn status$/,
  );
  expect(text).not.toContain('[');
});

test('a notice that cannot be delivered says why and does not reject', async ({ feishu, client, log }) => {
  feishu.weather.always.send = { status: 400, code: 230006, msg: 'Bot ability is not activated.' };
  const told = await sendNotice(notice, { client, log });
  expect(told).toMatchObject({ delivered: false, problem: expect.stringContaining('Bot ability') });
});

test('a notice gives up on a server that hangs', async ({ feishu, client, log }) => {
  feishu.weather.always.send = { hang: true };
  const told = await sendNotice(notice, { client, log, timeoutMs: 200 });
  expect(told).toMatchObject({ delivered: false, problem: expect.stringContaining('in time') });
});

test('a notice of any length stays within the limit of Feishu', async ({ feishu, client, log }) => {
  const lines = Array.from({ length: 500 }, () => '长'.repeat(5000));
  expect(await sendNotice({ ...notice, lines }, { client, log })).toMatchObject({ delivered: true });
  expect(feishu.messages()).toHaveLength(1);
});
