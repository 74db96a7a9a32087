import { expect, test } from '@playwright/test';
import type { ProcessContext } from '../../../../src/app/process-context.js';
import { openProgress } from '../../../../src/cli/output/open-progress.js';

test('progress is lines without repetitions', () => {
  const written: string[] = [];
  const stderr = { write: (text: string) => written.push(text) };
  const progress = openProgress({ stderr } as unknown as ProcessContext);
  progress.step('work', 'http', 'reading');
  progress.step('work', 'http', 'reading');
  progress.step('work', 'http', 'rotating');
  progress.say('a word');
  expect(written).toEqual(['work: http: reading\n', 'work: http: rotating\n', 'a word\n']);
});
