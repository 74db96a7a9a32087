import { expect, test } from '@playwright/test';
import { isAllowedUrl } from '../../../src/takeover/navigation-guard.js';

const allowed = ['https://platform.iflow.cn', 'http://127.0.0.1:8080'];

for (const [url, isAllowed] of [
  ['https://platform.iflow.cn/profile?tab=apiKey', true],
  ['https://platform.iflow.cn:443/', true],
  ['https://platform.iflow.cn:8443/', false],
  ['http://platform.iflow.cn/', false],
  ['https://platform.iflow.cn.evil.example/', false],
  ['https://evil.example/https://platform.iflow.cn', false],
  ['https://platform.iflow.cn@evil.example/', false],
  ['http://127.0.0.1:8080/elsewhere', true],
  ['about:blank', true],
  ['file:///etc/passwd', false],
  ['chrome://settings', false],
  ['data:text/html,x', false],
  ['javascript:alert(1)', false],
  ['not an address', false],
] as const) {
  test(`${url} is ${isAllowed ? 'allowed' : 'blocked'}`, () => expect(isAllowedUrl(url, allowed)).toBe(isAllowed));
}
