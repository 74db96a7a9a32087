import { expect, test } from '@playwright/test';
import { challengeText } from '../../../src/messages/challenges.js';
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
] as const) {
  test(`${kind} by ${vendor} is called ${en}`, () => {
    expect(challengeText(kind, vendor, page)).toEqual({ en, zh });
  });
}

test('every vendor in the detector has a short name', () => {
  for (const { vendor } of widgetRules) {
    expect(challengeText('captcha', vendor, '/').en.length).toBeLessThan(70);
  }
});
