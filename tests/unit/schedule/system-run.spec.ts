import { expect, test } from '@playwright/test';
import { systemRun } from '../../../src/schedule/system-run.js';

const run = systemRun(process.env);
const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

test('a program gets its input, and its output is returned as bytes', async () => {
  const end = await run('/bin/sh', ['-c', 'cat; echo no >&2; exit 3'], { input: Buffer.from('caf\xe9', 'latin1') });
  expect(end).toMatchObject({ exitCode: 3, stderr: 'no\n' });
  expect(end?.stdout.toString('latin1')).toBe('caf\xe9');
});

test('a missing program is no error, and leaves no timer running', async () => {
  const before = timers();
  expect(await run('/no/such/program', [])).toBeUndefined();
  expect(timers()).toBe(before);
});

test('the result names the signal that killed the program', async () => {
  expect((await run('/bin/sh', ['-c', 'kill -9 $$']))?.stderr).toContain('SIGKILL');
});
