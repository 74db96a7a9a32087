import { expect, test } from '@playwright/test';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { runCommand, runInForeground } from '../../../src/lib/run-command.js';

const sh = (script: string) => ['/bin/sh', '-c', script];
const run = (script: string, more: Partial<Parameters<typeof runCommand>[1]> = {}) =>
  runCommand(sh(script), { env: process.env, timeoutMs: 20_000, ...more });

test('the outputs come apart and together, as bytes', async () => {
  const { stdout, stderr, output } = await run("printf 'caf\\351'; sleep 0.2; echo no >&2");
  expect(stdout.toString('latin1')).toBe('caf\xe9');
  expect(stderr.toString()).toBe('no\n');
  expect(output.toString('latin1')).toBe('caf\xe9no\n');
});

test('the environment is the given one and nothing else', async () => {
  const { stdout } = await run('echo "$ONE-$HOME"', { env: { ONE: '1' } });
  expect(stdout.toString()).toBe('1-\n');
});

test('a signal that is aborted already ends the program', async () => {
  const { end } = await run('sleep 60', { signal: AbortSignal.abort(new Error('enough')) });
  expect(end).toEqual({ kind: 'interrupted' });
});

test('a program in the foreground gets the signals that this process gets', async ({}, testInfo) => {
  await mkdir(testInfo.outputDir, { recursive: true });
  const ready = testInfo.outputPath('ready');
  const script = 'trap "exit 7" USR1; touch "$READY"; for i in $(seq 100); do sleep 0.1; done';
  const running = runInForeground(sh(script), { ...process.env, READY: ready });
  await expect.poll(() => existsSync(ready)).toBe(true);
  process.emit('SIGUSR1', 'SIGUSR1');
  expect(await running).toEqual({ kind: 'exited', exitCode: 7 });
  expect(process.listenerCount('SIGUSR1')).toBe(0);
});

test('the end of a program in the foreground names its signal, or why it could not be started', async () => {
  expect(await runInForeground(sh('kill -9 $$'), process.env)).toEqual({ kind: 'killed', signal: 'SIGKILL' });
  expect(await runInForeground(['/no/such/program'], process.env)).toMatchObject({
    kind: 'not-started',
    code: 'ENOENT',
    reason: { en: 'there is no such program' },
  });
});
