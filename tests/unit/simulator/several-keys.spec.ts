import { dayMs, expect, phone, startedAt, test } from './console-world.js';

test.use({ kind: 'several-keys' });

interface Made {
  data: { id: string; key: string };
}

const chat = { model: 'qwen3-coder-plus', messages: [{ role: 'user', content: 'hi' }] };

test('a new key comes with HTTP 201 and is shown only once; older keys keep working', async ({
  site,
  keyCall,
  post,
}) => {
  const { currentKey: older = '' } = site.addOwner({ phone, key: 'existing', keyAgeMs: dayMs });
  const session = site.issueSession(phone);
  const created = await keyCall('POST', session, {}, { body: { name: 'work' } });
  const { data } = created.json as unknown as Made;
  expect(created.status).toBe(201);
  expect(data.key).toMatch(/^sk-[0-9a-f]{32}$/);
  expect(data).toEqual({
    id: '2',
    name: 'work',
    createdAt: new Date(startedAt).toISOString(),
    expiresAt: null,
    key: data.key,
  });
  const listed = await keyCall('GET', session);
  expect(listed.status).toBe(200);
  expect(listed.text).not.toContain(data.key);
  expect(listed.json).toEqual({
    data: [
      { id: '2', name: 'work', createdAt: new Date(startedAt).toISOString(), expiresAt: null },
      { id: '1', name: '151****1234', createdAt: new Date(startedAt - dayMs).toISOString(), expiresAt: null },
    ],
  });
  for (const key of [older, data.key]) {
    const answer = await post(`${site.apiUrl}/v1/chat/completions`, chat, { authorization: `Bearer ${key}` });
    expect(answer.json).toMatchObject({ object: 'chat.completion' });
  }
  expect(site.truth(phone)).toMatchObject({
    currentKey: data.key,
    rotations: 1,
    deadKeys: [],
    keys: [
      { name: '151****1234', isAlive: true },
      { name: 'work', value: data.key, isAlive: true },
    ],
  });
});

test('a deleted key is rejected, and the others keep working', async ({ site, keyCall, post }) => {
  const { currentKey: older = '' } = site.addOwner({ phone, key: 'existing' });
  const session = site.issueSession(phone);
  const { data } = (await keyCall('POST', session)).json as unknown as Made;
  expect((await keyCall('DELETE', session, {}, { id: data.id })).json).toEqual({ data: { id: data.id } });
  expect((await keyCall('DELETE', session, {}, { id: data.id })).status).toBe(404);
  const asked = async (key: string) =>
    (await post(`${site.apiUrl}/v1/chat/completions`, chat, { authorization: `Bearer ${key}` })).json;
  expect(await asked(data.key)).toMatchObject({ status: '434' });
  expect(await asked(older)).toMatchObject({ object: 'chat.completion' });
  expect(site.truth(phone)).toMatchObject({ currentKey: older, deadKeys: [data.key], rotations: 1 });
});

test('a key lives as long as chosen, or for ever if the console offers no choice', async ({
  site,
  keyCall,
  clock,
  post,
}) => {
  site.addOwner({ phone });
  const session = site.issueSession(phone);
  const body = { name: 'work', expiresInDays: 30 };
  const { data } = (await keyCall('POST', session, {}, { body })).json as unknown as Made;
  const endsAt = new Date(startedAt + 30 * dayMs).toISOString();
  expect((await keyCall('GET', session)).json).toMatchObject({ data: [{ name: 'work', expiresAt: endsAt }] });
  site.weather.set({ keyExpiry: 'none' });
  expect((await keyCall('POST', session, {}, { body })).json).not.toHaveProperty('data.expiresAt');
  clock.advance(30 * dayMs);
  expect(site.truth(phone).keys).toMatchObject([{ expiresAt: endsAt, isAlive: false }, { isAlive: true }]);
  const answer = await post(`${site.apiUrl}/v1/chat/completions`, chat, { authorization: `Bearer ${data.key}` });
  expect(answer.json).toMatchObject({ status: '439' });
});

test('a new key needs the password again, and one confirmation allows one key', async ({ site, keyCall, post }) => {
  site.addOwner({ phone });
  site.weather.set({ passwordOnRotate: true });
  const session = site.issueSession(phone);
  const refused = await keyCall('POST', session);
  expect(refused.status).toBe(403);
  expect(refused.json).toMatchObject({ code: 'FoundRiskAndDoubleConfirm', data: { verifyType: 'password' } });
  const verify = async (password: string) =>
    (
      await post(
        `${site.url}/api/user/password/verify`,
        { password },
        { cookie: session.cookieHeader, 'x-xsrf-token': session.xsrf },
      )
    ).json.success;
  expect(await verify('wrong')).toBe(false);
  expect((await keyCall('POST', session)).status).toBe(403);
  expect(await verify('simulated-password')).toBe(true);
  expect((await keyCall('POST', session)).status).toBe(201);
  expect((await keyCall('POST', session)).status).toBe(403);
  expect(site.truth(phone).rotations).toBe(1);
});

test('a missing sign-in, a wrong token and a bad name each have their own HTTP status', async ({ site, keyCall }) => {
  site.addOwner({ phone });
  const session = site.issueSession(phone);
  expect((await keyCall('GET')).status).toBe(401);
  expect((await keyCall('POST', session, { 'x-xsrf-token': 'another' })).status).toBe(403);
  expect((await keyCall('POST', session, {}, { body: {} })).status).toBe(400);
  expect((await keyCall('POST', session)).status).toBe(201);
  expect((await keyCall('POST', session)).status).toBe(201);
  site.weather.set({ namesAreUnique: true });
  expect((await keyCall('POST', session)).status).toBe(409);
  expect(site.truth(phone).rotations).toBe(2);
});

test('a key exists even if its answer was lost or did not contain it', async ({ site, keyCall }) => {
  site.addOwner({ phone });
  const session = site.issueSession(phone);
  site.weather.set({ dropAnswerAfterRotate: { next: 1 } });
  await expect(keyCall('POST', session)).rejects.toThrow();
  site.weather.set({ keyShownAfterRotate: 'nowhere' });
  const silent = await keyCall('POST', session);
  expect(silent.status).toBe(201);
  expect(silent.text).not.toContain('sk-');
  expect(site.truth(phone).keys).toMatchObject([{ isAlive: true }, { isAlive: true }]);
});
