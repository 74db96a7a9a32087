import { expect, test } from '@playwright/test';
import { classifyResponse, type ResponseFacts } from '../../../../src/site/challenge/response-clues.js';

const url = 'https://console.example.test/api/openapi/apikey';
const json = (body: unknown, more: Partial<ResponseFacts> = {}): ResponseFacts => ({
  url,
  status: 200,
  headers: { 'content-type': 'application/json' },
  bodyText: JSON.stringify(body),
  expectsJson: true,
  ...more,
});
const html = (bodyText: string, more: Partial<ResponseFacts> = {}): ResponseFacts => ({
  url,
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  bodyText,
  expectsJson: true,
  ...more,
});
const punish = (action: string) =>
  `https://console.example.test/x/_____tmd_____/punish?x5secdata=a&x5step=1&action=${action}`;

const cases: readonly [string, ResponseFacts, string | undefined][] = [
  ['a plain success', json({ success: true, code: '200', data: { apiKey: 'sk-…' } }), undefined],
  ['a plain page', html('<h1>Keys</h1>', { expectsJson: false }), undefined],
  [
    'user validation',
    json({
      ret: ['FAIL_SYS_USER_VALIDATE', 'RGV587_ERROR::SM::哎哟喂,被挤爆啦,请稍后重试'],
      data: { url: punish('captcha') },
    }),
    'captcha baxia',
  ],
  ['the crowd code alone', json({ ret: ['RGV587_ERROR::SM'] }), 'captcha baxia'],
  [
    'the crowd code that leads to a login',
    json({ ret: ['RGV587_ERROR::SM'], data: { url: 'https://login.example.test/member/login.jhtml?x=1' } }),
    'login alibaba',
  ],
  ['a flag', json({ rgv587_flag: 'sm', url: punish('captcha') }), 'captcha baxia'],
  [
    'a flag whose address is a sign-in page',
    json({ rgv587_flag: 'sm', url: 'https://passport.example.test/mini_login.htm' }),
    'login alibaba',
  ],
  ['a wrapped JSON answer', json({}, { bodyText: 'mtopjsonp1({"ret":["FAIL_SYS_USER_VALIDATE"]})' }), 'captcha baxia'],
  ['a flag in a comment', html('<!--rgv587_flag:sm--><html></html>'), 'captcha baxia'],
  ['a punish address that asks to wait', html('', { url: punish('wait') }), 'rate_limited baxia'],
  ['a punish address that refuses', html('', { url: punish('deny') }), 'error baxia'],
  ['a punish address with another check', html('', { url: punish('captchacapslidev2') }), 'captcha baxia'],
  ['a punish header', html('', { headers: { bxpunish: '1' } }), 'captcha baxia'],
  [
    'a punish header over a waiting page',
    html('<div class="baxia-punish wait pc">', { headers: { bxpunish: '1' } }),
    'rate_limited baxia',
  ],
  [
    'a stub',
    html(
      '<script>sessionStorage.x5referer = window.location.href;window._config_ = {"action":"captcha","url":"/x"}</script>',
    ),
    'captcha baxia',
  ],
  [
    'a stub that leads to a login',
    html('<script>localStorage.x5referer=1;location="/login"</script>'),
    'login alibaba',
  ],
  ['an expired session', json({ ret: ['FAIL_SYS_SESSION_EXPIRED::Session过期'] }), 'login alibaba'],
  ['a console that needs a login', json({ code: 'ConsoleNeedLogin' }), 'login alibaba'],
  ['the same inside data', json({ success: false, data: { code: 'no_login' } }), 'login alibaba'],
  ['a routine token refresh', json({ ret: ['FAIL_SYS_TOKEN_EXOIRED::令牌过期'] }), undefined],
  ['an empty token', json({ ret: ['FAIL_SYS_TOKEN_EMPTY::令牌为空'] }), undefined],
  ['a flow limit', json({ ret: ['FAIL_SYS_TRAFFIC_LIMIT::限流'] }), 'rate_limited alibaba'],
  ['a step-up', json({ code: 'FoundRiskAndDoubleConfirm', data: { verifyType: 'sms' } }), '2fa alibaba-step-up'],
  ['a refusal', json({ code: 'FoundRiskAndTip' }), 'error alibaba'],
  [
    'risk words in the content of an answer',
    json({ data: { title: 'RGV587_ERROR explained', body: '被挤爆啦' } }),
    undefined,
  ],
  [
    'a firewall refusal',
    html('很抱歉，由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。', { status: 405 }),
    'error aliyun-waf',
  ],
  ['a firewall check', html('<meta name="aliyun_waf_aa" content="1">'), 'captcha aliyun-waf'],
  ['a Cloudflare challenge', html('', { status: 403, headers: { 'cf-mitigated': 'challenge' } }), 'captcha cloudflare'],
  ['the Cloudflare beacon', html('<script>window.__CF$cv$params={}</script>', { expectsJson: false }), undefined],
  [
    'a Cloudflare rate limit',
    html('<div id="cf-error-details">You are being rate limited</div>', { status: 429 }),
    'rate_limited cloudflare',
  ],
  ['an AWS captcha', html('', { status: 405, headers: { 'x-amzn-waf-action': 'captcha' } }), 'captcha aws-waf'],
  ['a DataDome block', html('', { status: 403, headers: { 'x-dd-b': '1' } }), 'captcha datadome'],
  ['DataDome on a pass', html('<p>ok</p>', { headers: { 'x-datadome': 'protected' }, expectsJson: false }), undefined],
  ['press and hold', html('<div id="px-captcha"></div>', { status: 403 }), 'captcha perimeterx'],
  ['the sensor of the same vendor', html('<script>window._pxAppId=1</script>', { expectsJson: false }), undefined],
  ['an Akamai refusal', html('<h1>Access Denied</h1> Reference #18.2f', { status: 403 }), 'error akamai'],
  ['a sign-in page in place of an answer', html('<form><input type="password"></form>'), 'login generic'],
  ['status 429', json({}, { status: 429 }), 'rate_limited generic'],
  ['status 401', json({}, { status: 401 }), 'login generic'],
  ['status 503 with Retry-After', html('', { status: 503, headers: { 'retry-after': '60' } }), 'maintenance generic'],
  ['broken JSON', json({}, { bodyText: '{"ret":["FAIL_SYS_USER' }), undefined],
];

for (const [name, answer, expected] of cases) {
  test(`${name} is ${expected ?? 'no clue'}`, () => {
    const clue = classifyResponse(answer);
    expect(clue && `${clue.label} ${clue.vendor}`).toBe(expected);
  });
}

test('a clue from the URL alone is weaker than one from a body or header', () => {
  expect(classifyResponse(html('', { url: punish('captcha') }))?.strength).toBe('address');
  expect(classifyResponse(html('', { status: 401 }))?.strength).toBe('status');
  expect(classifyResponse(json({ ret: ['RGV587_ERROR::SM'] }))?.strength).toBe('marker');
});

test('script checks that pass by themselves differ from checks that may need a person', () => {
  expect(classifyResponse(html('<script>var arg1="A"</script>'))?.passesItself).toBe('mostly');
  expect(classifyResponse(html('', { status: 202, headers: { 'x-amzn-waf-action': 'challenge' } }))?.passesItself).toBe(
    'mostly',
  );
  expect(classifyResponse(html('', { headers: { 'cf-mitigated': 'challenge' } }))?.passesItself).toBe('often');
});

test('a clue contains no text of the answer', () => {
  const clue = classifyResponse(
    json({ ret: ['RGV587_ERROR::SM'], data: { url: `${punish('captcha')}&token=SECRET` } }),
  );
  expect(JSON.stringify(clue)).not.toMatch(/SECRET|x5secdata|punish/);
});
