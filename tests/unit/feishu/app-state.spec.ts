import type { AppError } from '../../../src/lib/app-error.js';
import { scopeGaps } from '../../../src/feishu/needed-scopes.js';
import { tryLongConnection } from '../../../src/feishu/long-connection.js';
import { expect, test } from './world.js';

const failure = (work: Promise<unknown>): Promise<AppError> =>
  work.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: unknown) => error as AppError,
  );

test('the granted scopes are read', async ({ feishu, client }) => {
  feishu.weather.scopes = ['im:message', 'im:resource'];
  expect(await client.listScopes()).toEqual(['im:message', 'im:resource']);
});

test('an app without a bot is refused, and the error says what to add', async ({ feishu, client }) => {
  expect(await client.botState()).toEqual({ isActive: true });
  feishu.weather.bot = 'inactive';
  expect(await client.botState()).toEqual({ isActive: false });
  feishu.weather.bot = 'off';
  const error = await failure(client.botState());
  expect(error).toMatchObject({ code: 'KT505' });
  expect(error.message).toMatch(/11205.*Add the Bot ability/s);
});

for (const [granted, answers, levels] of [
  [['im:message', 'im:resource', 'im:message.p2p_msg:readonly'], 'auto', []],
  [['im:message:send_as_bot', 'im:resource:upload', 'im:message.p2p_msg'], 'connection', []],
  [['im:message:send_as_bot', 'im:resource', 'im:message.p2p_msg'], 'auto', ['note']],
  [['im:message:send_as_bot', 'im:resource'], 'polling', ['problem']],
  [[], 'connection', ['problem', 'warning', 'warning']],
] as const) {
  test(`scopes ${granted.join(' ') || 'none'} with answers by ${answers}: ${levels.join(', ') || 'enough'}`, () => {
    expect(scopeGaps(granted, answers).map(({ level }) => level)).toEqual(levels);
  });
}

test('a long connection is tried without keeping it open', async ({ feishu, client }) => {
  await tryLongConnection(client, 5000);
  await expect.poll(() => feishu.connections()).toBe(0);
  expect(feishu.requests()).toContain('GET /ws/v2');
});

for (const [what, weather, timeoutMs, code, message] of [
  ['that other programs use up', { endpoint: 'error' }, 5000, 'KT507', /1000040350.*held by other programs/s],
  ['that is refused without data', { endpoint: 'no-data' }, 5000, 'KT507', /could not be opened/],
  ['that a proxy does not let through', { upgrade: 'refuse' }, 5000, 'KT507', /a proxy in between/],
  ['whose upgrade hangs', { upgrade: 'hang' }, 200, 'KT507', /200 ms/],
  ['whose address never comes', { endpoint: 'hang' }, 200, 'KT507', /200 ms/],
] as const) {
  test(`a long connection ${what} is ${code}`, async ({ feishu, client }) => {
    Object.assign(feishu.weather, weather);
    const error = await failure(tryLongConnection(client, timeoutMs));
    expect(error).toMatchObject({ code });
    expect(error.message).toMatch(message);
    expect(error.message).not.toMatch(/ticket|access_key/);
  });
}
