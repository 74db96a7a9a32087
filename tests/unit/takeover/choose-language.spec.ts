import { expect, test } from '@playwright/test';
import { chooseLanguage } from '../../../src/takeover/choose-language.js';

for (const [header, language] of [
  ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
  ['en-US,en;q=0.9,zh;q=0.8', 'en'],
  ['en;q=0.3, zh-TW;q=0.7', 'zh'],
  ['fr-FR,zh;q=0.4', 'zh'],
  ['de', 'en'],
  ['zh;q=0', 'en'],
  ['', 'en'],
  [undefined, 'en'],
] as const) {
  test(`Accept-Language ${header ?? '(absent)'} selects ${language}`, () =>
    expect(chooseLanguage(header)).toBe(language));
}
