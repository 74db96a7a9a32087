import { expect, test } from '@playwright/test';
import { systemRun } from '../../../src/schedule/run-program.js';

const run = systemRun(process.env);
const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

test('a program reads its input, and what it says comes back as bytes', async () => {
  const end = await run('/bin/sh', ['-c', 'cat; echo no >&2; exit 3'], { input: Buffer.from('caf\xe9', 'latin1') });
  expect(end).toMatchObject({ exitCode: 3, stderr: 'no\n' });
  expect(end?.stdout.toString('latin1')).toBe('caf\xe9');
});

test('a program that is not there is no error, and nothing is left that keeps the process alive', async () => {
  const before = timers();
  expect(await run('/no/such/program', [])).toBeUndefined();
  expect(timers()).toBe(before);
});

test('a program that was killed says so', async () => {
  expect((await run('/bin/sh', ['-c', 'kill -9 $$']))?.stderr).toContain('SIGKILL');
});
