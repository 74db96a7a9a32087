import { expect, test } from '@playwright/test';
import { paint } from '../../../../src/cli/output/paint.js';

const red = '\u001b[31mx\u001b[39m';

test("a terminal gets colours even if the process's stdout is not a terminal", () => {
  // Playwright sets FORCE_COLOR for its workers, because their output is not a terminal.
  const forced = process.env['FORCE_COLOR'];
  delete process.env['FORCE_COLOR'];
  try {
    expect(paint({ isTTY: true }, {}).red('x')).toBe(red);
  } finally {
    if (forced !== undefined) process.env['FORCE_COLOR'] = forced;
  }
});

for (const [isTTY, env, text] of [
  [true, { NO_COLOR: '1' }, 'x'],
  [true, { TERM: 'dumb' }, 'x'],
  [false, {}, 'x'],
  [false, { FORCE_COLOR: '1' }, red],
  [false, { FORCE_COLOR: '0' }, 'x'],
] as const) {
  test(`${isTTY ? 'a terminal' : 'a pipe'} with ${JSON.stringify(env)} shows ${JSON.stringify(text)}`, () => {
    expect(paint({ isTTY }, env).red('x')).toBe(text);
  });
}
