import { expect, test } from '@playwright/test';
import { asSeen, describeChallenge } from '../../../src/core/challenge-names.js';
import { challengeText, seenText } from '../../../src/messages/challenges.js';
import { widgetRules } from '../../../src/site/challenge/vendors.js';

for (const [kind, vendor, page, en, zh] of [
  [
    'captcha',
    'baxia-nc',
    '/profile',
    'a slider CAPTCHA (baxia-nc) on /profile',
    '页面 /profile 出现了滑块验证（baxia-nc）',
  ],
  ['captcha', 'generic', '/x', 'a CAPTCHA on /x', '页面 /x 出现了人机验证'],
  ['captcha', 'brand-new', '', 'a CAPTCHA (brand-new)', '页面出现了人机验证（brand-new）'],
  ['login', 'generic', '/login', 'a sign-in form on /login', '页面 /login 出现了登录框'],
  ['2fa', 'generic', '/profile', 'a verification code on /profile', '页面 /profile 要求输入验证码'],
  ['overlay', 'none', '/keys', 'a notice that covers the page on /keys', '页面 /keys 出现了挡住页面的弹窗'],
] as const) {
  test(`${kind} by ${vendor} is called ${en}`, () => {
    expect(challengeText({ kind, vendor }, page)).toEqual({ en, zh });
  });
}

test('every vendor in the detector has a short name, and its owner sees no vendor', () => {
  for (const { vendor } of widgetRules) {
    expect(challengeText({ kind: 'captcha', vendor }, '/').en.length).toBeLessThan(70);
    expect(seenText({ kind: 'captcha', vendor }).en).not.toContain(vendor);
  }
  expect(seenText({ kind: 'captcha', vendor: 'baxia-nc' })).toEqual({
    en: 'a slider CAPTCHA',
    zh: '页面出现了滑块验证',
  });
  expect(seenText({ kind: '2fa', vendor: 'generic' }).zh).toBe('页面要求输入验证码');
});

test('a CAPTCHA on a sign-in page is named as both', () => {
  const shown = { kind: 'login', vendor: 'baxia-nc', withCaptcha: true } as const;
  expect(challengeText(shown, '/login')).toEqual({
    en: 'a sign-in form with a slider CAPTCHA (baxia-nc) on /login',
    zh: '页面 /login 出现了登录框和滑块验证（baxia-nc）',
  });
  expect(seenText({ ...shown, vendor: 'turnstile' })).toEqual({
    en: 'a sign-in form with a CAPTCHA',
    zh: '页面出现了登录框和人机验证',
  });
});

test('what a person reads of a failure names no vendor and no path', () => {
  const url = 'https://console.example.test/profile';
  const challenge = { kind: 'captcha', vendor: 'baxia-nc', url, where: 'main frame', evidence: [] } as const;
  const failure = { kind: 'challenge', challenge, detail: describeChallenge(challenge) } as const;
  const { en, zh } = failure.detail;
  const text = { en: `Acme asks for a person: ${en}.`, zh: `Acme 需要本人：${zh}。` };
  expect(asSeen(text, failure)).toEqual({
    en: 'Acme asks for a person: a slider CAPTCHA.',
    zh: 'Acme 需要本人：页面出现了滑块验证。',
  });
  expect(asSeen(text, { kind: 'drift', detail: failure.detail })).toEqual(text);
});
