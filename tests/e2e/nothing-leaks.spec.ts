import { readdirSync, readFileSync } from 'node:fs';
import { dayMs, expect, expectRun, phone, test } from '../support/world.js';

/** Collects what any user of the machine can see of its processes. The returned function stops and returns it. */
function watchProcessList(): () => string {
  const seen = new Set<string>();
  const look = () => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        seen.add(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
      } catch {
        // The process has ended.
      }
    }
  };
  const timer = process.platform === 'linux' ? setInterval(look, 200) : undefined;
  return () => {
    clearInterval(timer);
    return [...seen].join('\n');
  };
}

test('no secret reaches a log, a message, the history, the output or the process list', async ({ world }) => {
  const { console: site, feishu } = world.simulator;
  const processList = watchProcessList();
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
    { path: 'the process list', text: processList() },
    { path: 'messages', text: JSON.stringify(feishu.messages()) },
  ];
  expect(places.some(({ path }) => path.endsWith('keyturn.log'))).toBe(true);
  if (process.platform === 'linux')
    expect(places.find(({ path }) => path === 'the process list')?.text).toContain('--user-data-dir=');
  for (const secret of secrets) {
    for (const { path, text } of places) expect(text.includes(secret), `a secret in ${path}`).toBe(false);
  }
});
