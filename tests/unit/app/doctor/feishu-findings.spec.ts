import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProcessContext } from '../../../../src/app/process-context.js';
import { feishuFindings, feishuSettingsFindings } from '../../../../src/app/doctor/feishu-findings.js';
import type { FeishuSimulator } from '../../../simulator/feishu.js';
import { loadSettings } from '../../../../src/store/settings.js';
import { appSecret, expect, test } from '../../feishu/world.js';
import { inEnglish } from '../../../support/english-findings.js';

const home = join(tmpdir(), 'keyturn-no-such-home');

async function look(feishu: FeishuSimulator, options: { readonly sends?: boolean } = {}) {
  const env = {
    KEYTURN_HOME: home,
    FEISHU_APP_ID: feishu.appId,
    FEISHU_APP_SECRET: appSecret,
    FEISHU_RECEIVER: feishu.ownerOpenId,
    FEISHU_DOMAIN: feishu.url,
  };
  const settings = await loadSettings({ env, home });
  const context = { env, platform: 'linux' } as unknown as ProcessContext;
  const { signal } = new AbortController();
  const sends = options.sends === true;
  return (await feishuFindings({ context, timeoutMs: 25_000, signal }, settings, sends)).map(inEnglish);
}

for (const { what, breaks, finds, text, next } of [
  {
    what: 'a wrong secret',
    breaks: (feishu: FeishuSimulator) => (feishu.weather.tokenRefused = true),
    finds: { level: 'problem', check: 'secret', code: 'KT502' },
    text: /10014/,
    next: 'keyturn config set feishu.appSecret',
  },
  {
    what: 'a missing bot',
    breaks: (feishu: FeishuSimulator) => (feishu.weather.bot = 'off'),
    finds: { level: 'problem', check: 'bot', code: 'KT505' },
    text: /11205.*Add the Bot ability/s,
    next: /\/app\/cli_/,
  },
  {
    what: 'a missing scope',
    breaks: (feishu: FeishuSimulator) => (feishu.weather.scopes = ['im:resource', 'im:message.p2p_msg:readonly']),
    finds: { level: 'problem', check: 'scopes' },
    text: /im:message is not granted: no message can be sent/,
    next: /\/auth$/,
  },
  {
    what: 'a receiver outside the availability range',
    breaks: (feishu: FeishuSimulator) =>
      (feishu.weather.always.send = {
        status: 400,
        code: 230013,
        msg: 'Bot has NO availability to this user.',
      }),
    finds: { level: 'problem', check: 'message', code: 'KT505' },
    text: /230013.*availability range/s,
    next: /\/app\/cli_/,
  },
  {
    what: 'a long connection used up by other programs',
    breaks: (feishu: FeishuSimulator) => (feishu.weather.endpoint = 'error'),
    finds: { level: 'warning', check: 'connection', code: 'KT507' },
    text: /1000040350.*held by other programs.*no answer can arrive until/s,
    next: 'keyturn notify test',
  },
]) {
  test(`${what} is reported`, async ({ feishu }) => {
    breaks(feishu);
    const findings = await look(feishu, { sends: true });
    const found = findings.find(({ check }) => check === finds.check);
    expect(found, JSON.stringify(findings)).toMatchObject(finds);
    expect(found!.text).toMatch(text);
    expect(found?.next).toMatch(next);
    expect(JSON.stringify(findings)).not.toContain(appSecret);
  });
}

test('a correctly configured app has no warnings, and no message is sent', async ({ feishu }) => {
  const findings = await look(feishu);
  expect(findings.filter(({ level }) => level === 'warning' || level === 'problem')).toEqual([]);
  expect(findings.at(-1)).toMatchObject({ check: 'message', next: 'keyturn doctor --send' });
  expect(feishu.messages()).toEqual([]);
});

test('with --send one message is sent', async ({ feishu }) => {
  expect((await look(feishu, { sends: true })).at(-1)).toMatchObject({ level: 'ok', check: 'message' });
  expect(feishu.messages()).toHaveLength(1);
});

for (const [env, level, next] of [
  [{}, 'note', 'keyturn config set feishu.appId'],
  [{ FEISHU_APP_ID: 'cli_0123456789abcdef' }, 'problem', 'keyturn config set feishu.appSecret'],
] as const) {
  test(`the Feishu settings ${JSON.stringify(env)} are reported as a ${level}`, async () => {
    const settings = await loadSettings({ env, home });
    expect(feishuSettingsFindings(settings).map(inEnglish)).toMatchObject([{ level, check: 'settings', next }]);
  });
}
