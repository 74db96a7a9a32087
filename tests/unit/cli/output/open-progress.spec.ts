import { expect, test } from '@playwright/test';
import type { ProcessContext } from '../../../../src/app/process-context.js';
import { openProgress } from '../../../../src/cli/output/open-progress.js';

for (const [name, stderr] of [
  ['a pipe', {}],
  ['a terminal of unknown size', { isTTY: true, columns: 0 }],
] as const) {
  test(`${name} gets plain lines without repetitions`, async () => {
    const written: string[] = [];
    const write = (text: string) => written.push(text);
    const progress = await openProgress({ stderr: { ...stderr, write }, env: {} } as unknown as ProcessContext, {
      quiet: false,
    });
    progress.step('work', 'http', 'reading');
    progress.step('work', 'http', 'reading');
    progress.step('work', 'http', 'rotating');
    progress.say('a word');
    progress.close();
    expect(written).toEqual(['work: http: reading\n', 'work: http: rotating\n', 'a word\n']);
  });
}
