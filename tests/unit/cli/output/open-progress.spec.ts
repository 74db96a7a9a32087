import { expect, test } from '@playwright/test';
import type { ProcessContext } from '../../../../src/app/process-context.js';
import { openProgress } from '../../../../src/cli/output/open-progress.js';

function opened(language: 'en' | 'zh') {
  const written: string[] = [];
  const stderr = { write: (text: string) => written.push(text) };
  return { written, progress: openProgress({ stderr, language } as unknown as ProcessContext) };
}

test('progress is lines without repetitions', () => {
  const { written, progress } = opened('en');
  progress.step('work', 'http', 'reading the key');
  progress.step('work', 'http', 'reading the key');
  progress.step('work', 'http', 'rotating the key');
  progress.say('a word');
  expect(written).toEqual(['work: http: reading the key\n', 'work: http: rotating the key\n', 'a word\n']);
});

test('a Chinese reader gets the steps in Chinese', () => {
  const { written, progress } = opened('zh');
  progress.step('work', 'headless', 'opening the key page');
  expect(written).toEqual(['work：无头浏览器：正在打开密钥页面\n']);
});
