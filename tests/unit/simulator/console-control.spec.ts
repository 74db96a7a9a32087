import { expect, test } from '@playwright/test';
import { parseSiteProfile } from '../../../src/site/parse-profile.js';
import type { ConsoleKind } from '../../simulator/console-types.js';
import { startSimulator } from '../../simulator/simulator.js';

const phone = '15100001234';

for (const kind of ['one-key', 'several-keys'] as const) {
  test(`with ${kind} the control port changes weather and time, and every command in its manual works`, () =>
    tryEverySwitch(kind));
}

async function tryEverySwitch(kind: ConsoleKind): Promise<void> {
  const simulator = await startSimulator({ kind });
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${simulator.controlUrl}${path}`, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return { status: answer.status, text: await answer.text() };
  };
  try {
    expect((await call('POST', '/owners', { phone, key: 'existing' })).status).toBe(200);
    expect(simulator.console.truth(phone).currentKey).toBeDefined();
    await call('POST', '/weather', { captcha: { where: 'page', on: 'visit', nth: 1 } });
    expect(simulator.console.weather.get().captcha).toMatchObject({ where: 'page' });
    await call('POST', '/weather', { captcha: null });
    expect(simulator.console.weather.get().captcha).toBeNull();
    await call('POST', '/clock/advance', { by: '84h' });
    expect(simulator.clock.offsetMs).toBe(84 * 3_600_000);
    expect(JSON.parse((await call('GET', '/state')).text)).toMatchObject({
      kind,
      console: simulator.console.url,
    });
    expect((await call('POST', '/weather', { rain: 1 })).text).toContain('rain');

    const manual = (await call('GET', '/')).text;
    const commands = manual.split('\n').filter((line) => line.startsWith('  curl'));
    expect(commands.length).toBeGreaterThan(15);
    for (const command of commands) {
      const url = /http:\/\/\S+/.exec(command)?.[0] ?? '';
      const path = new URL(url.replace(/["']/g, '')).pathname;
      const body = /-d '(.*)'/.exec(command)?.[1];
      if (path.startsWith('/feishu/')) continue;
      const method = command.includes('-X POST') ? 'POST' : 'GET';
      const { status, text } = await call(method, path, body === undefined ? undefined : JSON.parse(body));
      // The owner in the manual's example already exists, so this is the only error to expect.
      expect([command, status === 200 || text.includes('has an owner with that number')]).toEqual([command, true]);
    }
  } finally {
    await simulator.close();
  }
}

test('the control port serves a site profile only for the console with several keys', async () => {
  for (const kind of ['one-key', 'several-keys'] as const) {
    const simulator = await startSimulator({ kind });
    const answer = await fetch(`${simulator.controlUrl}/site-profile`);
    const text = await answer.text();
    await simulator.close();
    expect(answer.status).toBe(kind === 'one-key' ? 404 : 200);
    if (kind === 'several-keys')
      expect(parseSiteProfile(text, 'several-keys.yaml').baseUrl).toBe(simulator.console.url);
  }
});

test('closing the simulator twice is safe and frees its ports', async () => {
  const simulator = await startSimulator();
  await simulator.close();
  await simulator.close();
  for (const url of [simulator.console.url, simulator.console.apiUrl, simulator.feishu.url, simulator.controlUrl]) {
    await expect(fetch(url)).rejects.toThrow();
  }
});

test('a start on a taken port fails and leaves nothing running', async () => {
  const first = await startSimulator();
  const taken = Number(new URL(first.controlUrl).port);
  await expect(startSimulator({ controlPort: taken })).rejects.toThrow(/EADDRINUSE/);
  await first.close();
});
