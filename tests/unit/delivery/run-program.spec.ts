import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { runProgram } from '../../../src/delivery/run-program.js';
import { deliveryTexts } from '../../../src/messages/delivery-errors.js';
import { createRedactor } from '../../../src/lib/redactor.js';

const key = 'sk-0123456789abcdef0123456789abcdef';
const run = (script: string, more: Partial<Parameters<typeof runProgram>[0]> = {}) =>
  runProgram({
    argv: ['sh', '-c', script],
    env: process.env,
    timeoutMs: 20_000,
    redactor: createRedactor([key]),
    ...more,
  });

test('a program gets its input, and its output comes back without the key', async () => {
  expect(await run('cat; echo err >&2', { input: key })).toEqual({
    ok: true,
    how: deliveryTexts.endedWell,
    output: expect.not.stringContaining(key) as unknown,
  });
});

test('the result says how the program ended', async () => {
  expect(await run('exit 7')).toMatchObject({ ok: false, how: deliveryTexts.exitCode(7) });
  expect(await run('kill -9 $$')).toMatchObject({ ok: false, how: deliveryTexts.signal('SIGKILL') });
  expect(await run('', { argv: ['/no/such/program'] })).toMatchObject({
    ok: false,
    how: { en: expect.stringContaining('no such program') },
  });
});

for (const [what, odd, reason] of [
  ['a NUL', 'sk-\0abc', /a character that no environment/],
  ['200 kB', `sk-${'a'.repeat(200_000)}`, /too long/],
] as const) {
  test(`a key of ${what} for an environment is a failure that does not quote it`, async () => {
    const end = await run('true', { env: { ...process.env, KEY: odd } });
    expect(end).toMatchObject({ ok: false, how: { en: expect.stringMatching(reason) } });
    expect(JSON.stringify(end)).not.toContain(odd.slice(0, 6));
  });
}

test('after the timeout the whole process group is killed, even a process that ignores SIGTERM', async () => {
  const end = await run('trap "" TERM; (trap "" TERM; sleep 60) & echo $!; wait; sleep 60', { timeoutMs: 300 });
  expect(end).toMatchObject({ ok: false, how: deliveryTexts.late(0.3) });
  const pid = Number(end.output.trim());
  expect(pid).toBeGreaterThan(1);
  await expect.poll(() => isAlive(pid)).toBe(false);
});

test('a process in the background does not delay the result', async () => {
  const end = await run('sleep 30 & echo $!');
  expect(end).toMatchObject({ ok: true });
  process.kill(Number(end.output.trim()), 'SIGKILL');
});

test('a program need not read its input, and gets no terminal', async () => {
  expect(await run('exec 0<&-; true', { input: 'x'.repeat(1_000_000) })).toMatchObject({ ok: true });
  expect((await run('[ -t 0 ] || [ -t 1 ] || (: < /dev/tty) 2>/dev/null && echo terminal || echo none')).output).toBe(
    'none\n',
  );
});

test('only the end of a long output is kept', async () => {
  const { output } = await run('yes line | head -100000; echo the end');
  expect(output.length).toBeLessThanOrEqual(4000);
  expect(output).toMatch(/the end\n$/);
});

test('a key that the cut splits is hidden, and so is a token that only the program knows', async () => {
  const { output } = await run(
    `for i in $(seq 300); do echo ${key.slice(3)}; done; echo t=3f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c`,
    {
      redactor: createRedactor([key.slice(3)]),
    },
  );
  expect(output).not.toMatch(/[0-9a-f]{4}/);
  expect(output).toMatch(/•••\n•••\nt=•••\n$/);
});

test("a program's output cannot control the terminal", async () => {
  expect((await run("printf 'one\\033[2J\\ntwo\\r\\n'")).output).toBe('one\\x1b[2J\ntwo \n');
});

test('an interruption ends the program', async () => {
  const abort = new AbortController();
  const running = run('sleep 60', { signal: abort.signal });
  abort.abort();
  expect(await running).toMatchObject({ ok: false, how: deliveryTexts.interrupted });
});

/** A zombie counts as dead. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
