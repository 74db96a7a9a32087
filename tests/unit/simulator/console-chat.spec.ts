import { dayMs, expect, phone, test } from './console-world.js';

const ask = { model: 'qwen3-coder-plus', messages: [{ role: 'user', content: 'hi' }] };
const bearer = (key = '') => ({ authorization: `Bearer ${key}` });

test('a live key gets a completion', async ({ site, post }) => {
  const { currentKey } = site.addOwner({ phone, key: 'existing' });
  const { status, json } = await post(`${site.apiUrl}/v1/chat/completions`, ask, bearer(currentKey));
  expect(status).toBe(200);
  expect(json).toMatchObject({ object: 'chat.completion', model: ask.model, choices: [{ finish_reason: 'stop' }] });
});

test('a rejected key gets HTTP 200 with status 434 (dead or unknown) or 439 (expired)', async ({
  site,
  post,
  clock,
}) => {
  const { currentKey: old } = site.addOwner({ phone, key: 'existing' });
  const current = site.rotateElsewhere(phone);
  const chat = async (key?: string) => {
    const { status, json } = await post(`${site.apiUrl}/v1/chat/completions`, ask, bearer(key));
    return [status, json.status, json.body];
  };
  expect(await chat(old)).toEqual([200, '434', null]);
  expect(await chat('sk-unknown')).toEqual([200, '434', null]);
  expect(await chat(undefined)).toEqual([200, '434', null]);
  clock.advance(7 * dayMs);
  expect(await chat(current)).toEqual([200, '439', null]);
});

test('a banned key gets the reason from the chat and the search service', async ({ site, post }) => {
  const { currentKey } = site.addOwner({ phone, key: 'existing' });
  site.weather.set({ banned: true });
  const answers = [
    await post(`${site.apiUrl}/v1/chat/completions`, ask, bearer(currentKey)),
    await post(`${site.url}/api/search/webSearch`, { keywords: 'iflow' }, bearer(currentKey)),
  ];
  for (const { status, text } of answers) {
    expect(status).toBe(200);
    expect(text).toContain('blocked due to unauthorized requests');
  }
});

test('the search service accepts only the live key', async ({ site, post }) => {
  const { currentKey } = site.addOwner({ phone, key: 'existing' });
  const search = async (key?: string) =>
    (await post(`${site.url}/api/search/webSearch`, { keywords: 'iflow', num: 1 }, bearer(key))).json;
  expect(await search(currentKey)).toMatchObject({ success: true });
  site.rotateElsewhere(phone);
  expect(await search(currentKey)).toMatchObject({ success: false, code: 'INVALID_APIKEY' });
});

test('the list of models is HTTP 404', async ({ site }) => {
  expect((await fetch(`${site.apiUrl}/v1/models`)).status).toBe(404);
});
