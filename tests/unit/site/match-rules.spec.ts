import { expect, test } from '@playwright/test';
import { parseJson } from '../../../src/site/match-rules.js';

test('an answer that begins with a byte order mark is JSON', () => {
  expect(parseJson('\uFEFF{"ok":true}')).toEqual({ ok: true });
});
