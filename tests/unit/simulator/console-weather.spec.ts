import { dayMs, expect, phone, startedAt, test } from './console-world.js';

test('a fault affects the next requests of its kind and counts down', async ({ site, keyCall }) => {
  site.addOwner({ phone, key: 'existing' });
  const session = site.issueSession(phone);
  site.weather.set({ status500: { next: 1, on: 'rotate' }, status429: { next: 1, on: 'read', retryAfterS: 3 } });
  const limited = await keyCall('GET', session);
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '3']);
  expect((await keyCall('GET', session)).status).toBe(200);
  expect((await keyCall('POST', session)).status).toBe(500);
  expect(site.truth(phone).rotations).toBe(0);
  expect((await keyCall('POST', session)).json.success).toBe(true);
  expect(site.weather.get()).toMatchObject({ status500: { next: 0 }, status429: { next: 0 } });
});

test('overload is HTTP 200 with code 500; nonJson answers with HTML', async ({ site, keyCall }) => {
  const session = site.issueSession(phone);
  site.weather.set({ overloaded: { next: 1 } });
  expect((await keyCall('GET', session)).json).toMatchObject({ success: false, code: '500', data: null });
  site.weather.set({ nonJson: { next: 1 } });
  expect((await keyCall('GET', session)).headers.get('content-type')).toContain('text/html');
});

test('a dropped answer still rotates the key', async ({ site, keyCall }) => {
  const before = site.addOwner({ phone, key: 'existing' }).currentKey;
  site.weather.set({ dropAnswerAfterRotate: { next: 1 } });
  await expect(keyCall('POST', site.issueSession(phone))).rejects.toThrow();
  expect(site.truth(phone)).toMatchObject({ rotations: 1, deadKeys: [before] });
  expect(site.requests().at(-1)).toMatchObject({ method: 'POST', status: 0, note: 'rotated-answer-dropped' });
});

test('a hanging request does not prevent the console from closing', async ({ site }) => {
  site.weather.set({ hang: { next: 1 } });
  const hanging = fetch(`${site.url}/api/openapi/apikey`).then(
    () => 'answered',
    () => 'cut',
  );
  await expect.poll(() => site.requests().at(-1)?.note).toBe('hang');
  await site.close();
  expect(await hanging).toBe('cut');
});

test('risk control refuses from the nth request on, and an old clearance is not valid in a new episode', async ({
  site,
  keyCall,
  post,
}) => {
  site.addOwner({ phone, key: 'existing' });
  site.weather.set({ captcha: { where: 'dialog', on: 'rotate', nth: 2 } });
  const session = site.issueSession(phone);
  const passSlider = async (punishUrl: string) => {
    const track = Array.from({ length: 30 }, (_, i) => [Math.round((272 * (i + 1)) / 30), i * 16]);
    const x5secdata = new URL(punishUrl).searchParams.get('x5secdata');
    const verdict = await post(`${site.url}/_____tmd_____/verify`, { x5secdata, distance: 272, track });
    return `${session.cookieHeader}; ${verdict.headers.getSetCookie()[0]?.split(';')[0]}`;
  };
  expect((await keyCall('POST', session)).json.success).toBe(true);
  const refused = await keyCall('POST', session);
  expect(refused.status).toBe(200);
  expect(refused.json.ret).toContainEqual(expect.stringContaining('RGV587_ERROR'));
  expect((await keyCall('POST', session)).json.ret).toBeDefined();
  expect((await keyCall('GET', session)).json.success).toBe(true);
  const cleared = { ...session, cookieHeader: await passSlider((refused.json.data as { url: string }).url) };
  expect((await keyCall('POST', cleared)).json.success).toBe(true);
  expect(site.weather.get().captcha).toBeNull();
  site.weather.set({ captcha: { where: 'dialog', on: 'rotate', nth: 1 } });
  expect((await keyCall('POST', cleared)).json.ret).toBeDefined();
  expect(site.truth(phone).rotations).toBe(2);
});

test('a closed service shows a notice as its page and accepts no key', async ({ site, keyCall, post }) => {
  const { currentKey } = site.addOwner({ phone, key: 'existing' });
  site.weather.set({ gone: true });
  const answer = await keyCall('GET', site.issueSession(phone));
  expect(answer.status).toBe(404);
  expect(answer.text).toContain('停止服务');
  expect(await (await fetch(`${site.url}/profile`)).text()).toContain('停止服务');
  const chat = await post(`${site.apiUrl}/v1/chat/completions`, {}, { authorization: `Bearer ${currentKey}` });
  expect(chat.json.status).toBe('434');
});

test('a redirect leads to the sign-in page or to another reachable host', async ({ site, keyCall }) => {
  const session = site.issueSession(phone);
  site.weather.set({ redirect: 'login' });
  expect((await keyCall('GET', session)).headers.get('location')).toMatch(/^\/login\?redirect=/);
  site.weather.set({ redirect: 'other-host' });
  const elsewhere = (await keyCall('GET', session)).headers.get('location') ?? '';
  expect(new URL(elsewhere).hostname).toBe('localhost');
  expect(new URL(elsewhere).port).toBe(new URL(site.url).port);
});

test('the Date header follows simulated time and its skew', async ({ site, keyCall, clock }) => {
  clock.advance(dayMs);
  site.weather.set({ serverDateSkewMs: 3_600_000 });
  const date = (await keyCall('GET')).headers.get('date') ?? '';
  expect(Date.parse(date)).toBe(startedAt + dayMs + 3_600_000);
});

test('an unknown weather is rejected by name and changes nothing', ({ site }) => {
  const before = site.weather.get();
  expect(() => site.weather.set({ rain: true } as never)).toThrow(/rain/);
  expect(() => site.weather.set({ captcha: { where: 'attic', on: 'rotate', nth: 1 } } as never)).toThrow(/captcha/);
  expect(site.weather.get()).toEqual(before);
});
