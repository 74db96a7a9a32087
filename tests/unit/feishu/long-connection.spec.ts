import { createFeishuClient } from '../../../src/feishu/feishu-client.js';
import { openLongConnection, type LongConnection } from '../../../src/feishu/long-connection.js';
import { appSecret, expect, quick, test as base } from './world.js';

const test = base.extend<{ connect: (options?: Partial<Parameters<typeof openLongConnection>[0]>) => LongConnection }>({
  connect: async ({ client, log }, use) => {
    const made: LongConnection[] = [];
    await use((options) => {
      const handlers = { onPress: () => Promise.resolve({}), onMessage: () => undefined };
      const one = openLongConnection({ ...quick, client, log, ...handlers, ...options });
      made.push(one);
      return one;
    });
    for (const one of made) one.close();
  },
});

test('a wrong secret ends the connection without retries', async ({ feishu, connect }) => {
  feishu.weather.tokenRefused = true;
  const connection = connect();
  expect(await connection.whenUp(5000)).toBe(false);
  expect(connection.problem).toMatchObject({ code: 'KT502' });
  expect(feishu.requests()).toHaveLength(1);
});

for (const endpoint of ['no-data', 'error'] as const) {
  test(`an endpoint that answers with "${endpoint}" is retried until it works`, async ({ feishu, connect }) => {
    feishu.weather.endpoint = endpoint;
    const connection = connect();
    await expect.poll(() => feishu.requests().filter((line) => line.includes('/callback/')).length).toBeGreaterThan(1);
    expect(connection.problem).toMatchObject({ code: 'KT507' });
    feishu.weather.endpoint = 'ok';
    expect(await connection.whenUp(5000)).toBe(true);
    expect(connection.problem).toBeUndefined();
    await expect.poll(() => feishu.connections()).toBe(1);
  });
}

test('an endpoint that fails with 500 at first is retried well within half a minute', async ({ feishu, connect }) => {
  feishu.weather.next.endpoint.push({ status: 500 }, { html: '<p>' });
  expect(await connect().whenUp(3000)).toBe(true);
  expect(feishu.connectionsMade()).toBe(1);
});

test('an endpoint that hangs is abandoned and retried', async ({ feishu, connect }) => {
  feishu.weather.next.endpoint.push({ hang: true });
  expect(await connect({ readyTimeoutMs: 200 }).whenUp(3000)).toBe(true);
});

test('an upgrade that is refused or hangs is retried', async ({ feishu, connect }) => {
  feishu.weather.upgrade = 'refuse';
  const connection = connect({ readyTimeoutMs: 300 });
  await expect.poll(() => connection.problem?.code).toBe('KT507');
  feishu.weather.upgrade = 'hang';
  await expect.poll(() => connection.problem?.message).toContain('300 ms');
  feishu.weather.upgrade = 'ok';
  expect(await connection.whenUp(3000)).toBe(true);
});

test('a cut connection is replaced, and only one remains', async ({ feishu, connect }) => {
  const connection = connect();
  await expect.poll(() => feishu.connections()).toBe(1);
  feishu.dropConnections();
  await expect.poll(() => feishu.connectionsMade()).toBe(2);
  await expect.poll(() => feishu.connections()).toBe(1);
  await expect.poll(() => connection.isUp).toBe(true);
});

test('a silent socket is detected and replaced', async ({ feishu, connect }) => {
  // Shorter than the interval between two pings, as in production (10 s and 120 s).
  connect({ livenessTimeoutMs: 100 });
  await expect.poll(() => feishu.connections()).toBe(1);
  feishu.weather.silentSockets = true;
  await expect.poll(() => feishu.connectionsMade(), { timeout: 5000 }).toBeGreaterThan(1);
  feishu.weather.silentSockets = false;
  await expect.poll(() => feishu.connections()).toBe(1);
});

test('a press during an outage arrives after the outage', async ({ feishu, ask }) => {
  const asked = await ask();
  feishu.weather.endpoint = 'error';
  feishu.dropConnections();
  const pressing = feishu.press(asked.message!.messageId, 'ready', { waitMs: 5000 });
  feishu.weather.endpoint = 'ok';
  expect(await pressing).toMatchObject({ acked: true, toast: { type: 'success' } });
  expect(asked.answers).toHaveLength(1);
});

test('without a connection the card has a note, which disappears when the connection comes up', async ({
  feishu,
  ask,
  openChannel,
}) => {
  feishu.weather.endpoint = 'error';
  await ask(undefined, { channel: openChannel({ connectGraceMs: 200 }) });
  const message = feishu.messages()[0]!;
  await expect.poll(() => feishu.cardText(message)).toContain('keyturn unblock main');
  feishu.weather.endpoint = 'ok';
  await expect.poll(() => feishu.cardText(message)).not.toContain('keyturn unblock');
});

test('closing leaves no connection open, in any state', async ({ feishu, connect }) => {
  connect().close();
  const other = connect();
  await other.whenUp(3000);
  other.close();
  await expect.poll(() => feishu.connections()).toBe(0);
});

test('the secret, the ticket and the access key of the connection stay out of the log', async ({
  feishu,
  settings,
  log,
}) => {
  feishu.weather.next.endpoint.push({ status: 200, code: 514, msg: `wrong secret ${appSecret}` });
  const client = createFeishuClient({ settings, log, env: {} });
  const connection = openLongConnection({
    ...quick,
    client,
    log,
    onPress: () => Promise.resolve({}),
    onMessage: () => undefined,
  });
  await connection.whenUp(3000);
  feishu.dropConnections();
  await expect.poll(() => feishu.connectionsMade()).toBe(2);
  connection.close();
  client.close();
  const text = log.lines.join('\n');
  expect(text).toContain('the long connection to Feishu is up');
  expect(text).not.toContain(appSecret);
  expect(text).not.toMatch(/ticket=|access_key=/);
});
