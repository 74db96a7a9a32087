import { dayMs, expect, expectRun, phone, test } from '../support/world.js';

test('no secret reaches a log, a message, the history or the output', async ({ world }) => {
  const { console: site, feishu } = world.simulator;
  await world.addImported('work', { flags: ['--method', 'browser'] });
  const first = await world.startWith({ KEYTURN_LOG_LEVEL: 'debug' }, 'refresh').ended;
  world.simulator.clock.advance(4 * dayMs);
  site.weather.set({ captcha: { where: 'dialog', on: 'rotate', nth: 1, after: 'reissue' } });
  const run = world.startWith({ KEYTURN_LOG_LEVEL: 'debug' }, 'refresh', '--wait', '60s');
  const card = await feishu.waitForMessage((message) => feishu.cardText(message).includes('[打开浏览器]'), 60_000);
  await feishu.press(card.messageId, '打开浏览器');
  await world.owner.dragSlider();
  await world.owner.leave();
  const second = await run.ended;
  expectRun(second, 0, /renewed/);

  const truth = site.truth(phone);
  const cookies = (await world.json<{ cookies: { name: string; value: string }[] }>('work', 'session.json')).cookies;
  const secrets = [
    truth.currentKey ?? '',
    ...truth.deadKeys,
    ...cookies.filter((cookie) => /BXAuth|XSRF/.test(cookie.name)).map((cookie) => cookie.value),
    feishu.appSecret,
    phone,
  ];
  expect(secrets.length).toBeGreaterThan(4);
  const places = [
    ...(await world.files()).filter(
      ({ path }) => !/(key|session|rotation)\.json|-secrets\.json|settings\.json/.test(path),
    ),
    { path: 'output', text: first.stdout + first.stderr + second.stdout + second.stderr },
    { path: 'messages', text: JSON.stringify(feishu.messages()) },
  ];
  expect(places.some(({ path }) => path.endsWith('keyturn.log'))).toBe(true);
  for (const secret of secrets) {
    for (const { path, text } of places) expect(text.includes(secret), `a secret in ${path}`).toBe(false);
  }
});
