import { dayMs, expect, phone, startedAt, test } from './console-world.js';

test('a visitor without a session gets HTTP 200 and code 40101', async ({ keyCall }) => {
  const answer = await keyCall('GET');
  expect(answer.status).toBe(200);
  expect(answer.json).toMatchObject({ success: false, code: '40101', data: null, extra: null });
});

test('an account without a key gets no data', async ({ site, keyCall }) => {
  site.addOwner({ phone });
  const answer = await keyCall('GET', site.issueSession(phone));
  expect(answer.json).toEqual({ success: true, code: '200', message: '操作成功', data: null, extra: null });
});

test("a key's state has a mask and an expiry in Shanghai time", async ({ site, keyCall }) => {
  const { currentKey = '' } = site.addOwner({ phone, key: 'existing', keyAgeMs: dayMs });
  const { data } = (await keyCall('GET', site.issueSession(phone))).json;
  expect(data).toEqual({
    hasExpired: false,
    expireTime: '2026-03-07 12:00',
    name: '151****1234',
    apiKey: null,
    apiKeyMask: `${currentKey.slice(0, 5)}****${currentKey.slice(-4)}`,
  });
  expect(site.truth(phone).expiresAt).toBe(new Date(startedAt + 6 * dayMs).toISOString());
});

test('a rotation returns a new key for 7 days and kills the old one', async ({ site, keyCall }) => {
  const before = site.addOwner({ phone, key: 'existing', keyAgeMs: 6 * dayMs }).currentKey;
  const { data } = (await keyCall('POST', site.issueSession(phone))).json as { data: { apiKey: string } };
  expect(data).toMatchObject({ hasExpired: false, expireTime: '2026-03-08 12:00' });
  expect(data.apiKey).toMatch(/^sk-[0-9a-f]{32}$/);
  expect(site.truth(phone)).toMatchObject({ currentKey: data.apiKey, deadKeys: [before], rotations: 1 });
});

test('a rotation without the right XSRF token changes nothing', async ({ site, keyCall }) => {
  const before = site.addOwner({ phone, key: 'existing' }).currentKey;
  const session = site.issueSession(phone);
  for (const token of ['', encodeURIComponent(session.xsrf), 'another']) {
    expect((await keyCall('POST', session, { 'x-xsrf-token': token })).json).toMatchObject({
      success: false,
      code: '403',
    });
  }
  expect(site.truth(phone)).toMatchObject({ currentKey: before, rotations: 0 });
});

test('a session without its XSRF cookie gets it again', async ({ site, keyCall }) => {
  site.addOwner({ phone, key: 'existing' });
  const session = site.issueSession(phone);
  const answer = await keyCall('GET', { ...session, cookieHeader: `BXAuth=${session.bxAuth}` });
  expect(answer.headers.getSetCookie()).toEqual([
    `XSRF-TOKEN=${encodeURIComponent(session.xsrf)}; Path=/; SameSite=Lax`,
  ]);
});

test('a rotating XSRF token is rejected after the next request', async ({ site, keyCall }) => {
  site.addOwner({ phone, key: 'existing' });
  site.weather.set({ xsrfRotates: true });
  const session = site.issueSession(phone);
  const read = await keyCall('GET', session);
  expect((await keyCall('POST', session)).json.code).toBe('403');
  const fresh = decodeURIComponent(/XSRF-TOKEN=([^;]+)/.exec(read.headers.getSetCookie().join())?.[1] ?? '');
  expect((await keyCall('POST', session, { 'x-xsrf-token': fresh })).json.success).toBe(true);
});

test('sessions can be expired for one owner or for all', async ({ site, keyCall, clock }) => {
  site.addOwner({ phone });
  site.addOwner({ phone: '13900005678' });
  const [mine, other] = [site.issueSession(phone), site.issueSession('13900005678')];
  expect(site.expireSessions(phone)).toBe(1);
  expect((await keyCall('GET', mine)).json.code).toBe('40101');
  expect((await keyCall('GET', other)).json.code).toBe('200');
  site.weather.set({ sessionsExpireAt: clock.now() + dayMs });
  clock.advance(dayMs);
  expect((await keyCall('GET', other)).json.code).toBe('40101');
  expect((await keyCall('GET', site.issueSession(phone))).json.code).toBe('200');
});

test('the same seed gives the same keys', async ({ site, clock }) => {
  const { startConsole } = await import('../../simulator/console.js');
  const twin = await startConsole({ clock });
  expect(twin.addOwner({ phone, key: 'existing' }).currentKey).toBe(
    site.addOwner({ phone, key: 'existing' }).currentKey,
  );
  await twin.close();
});

test('the request log names caller and path and contains no secret', async ({ site, keyCall }) => {
  site.addOwner({ phone, key: 'existing' });
  const session = site.issueSession(phone);
  await keyCall('GET', session);
  await fetch(`${site.url}/profile?tab=apiKey&secret=${session.bxAuth}`, { headers: { cookie: session.cookieHeader } });
  expect(site.truth(phone).requests).toMatchObject([
    {
      method: 'GET',
      path: '/api/openapi/apikey',
      status: 200,
      by: 'replay',
      phone,
      at: new Date(startedAt).toISOString(),
    },
    { method: 'GET', path: '/profile', status: 200 },
  ]);
  expect(JSON.stringify(site.requests())).not.toContain(session.bxAuth);
});
