import { PassThrough } from 'node:stream';
import { expect, test } from '@playwright/test';

import { newQuestion } from '../../../src/core/new-question.js';
import type { Decision } from '../../../src/core/question.js';
import { createTerminalChannel } from '../../../src/app/terminal-channel.js';
import { challengeText } from '../../../src/messages/challenges.js';
import { same } from '../../../src/messages/text.js';

function terminal(isTerminal = { stdin: true, stderr: true }, language: 'zh' | 'en' = 'en') {
  const stdin = Object.assign(new PassThrough(), {
    isTTY: isTerminal.stdin,
    isRaw: false,
    setRawMode(isRaw: boolean) {
      stdin.isRaw = isRaw;
    },
  });
  const stderr = Object.assign(new PassThrough(), { isTTY: isTerminal.stderr });
  let interrupts = 0;
  const stop = new AbortController();
  const open = () => createTerminalChannel({ stdin, stderr, language, interrupt: () => void (interrupts += 1) });
  const answers: string[] = [];
  const ask = (account = 'main', more: Partial<Parameters<typeof newQuestion>[0]> = {}) =>
    open()!.ask(
      newQuestion({
        account,
        siteTitle: 'iFlow',
        kind: 'captcha',
        detail: same('slider'),
        waitMs: 1,
        runId: 'r',
        now: 0,
        ...more,
      }),
      {
        signal: stop.signal,
        onAnswer: (decision: Decision) => {
          answers.push(`${account} ${decision.kind}${decision.kind === 'code' ? ` ${decision.digits}` : ''}`);
          return { accepted: true };
        },
      },
    );
  const shown = () => (stderr.read() as Buffer | null)?.toString() ?? '';
  return { stdin, stop, open, ask, answers, shown, interrupts: () => interrupts };
}

for (const isTerminal of [
  { stdin: false, stderr: true },
  { stdin: true, stderr: false },
]) {
  test(`there is no channel if only one stream is a terminal: ${JSON.stringify(isTerminal)}`, () => {
    expect(terminal(isTerminal).open()).toBeUndefined();
  });
}

for (const [key, kind] of [
  ['\r', 'ready'],
  ['o', 'ready'],
  ['S', 'snooze'],
  ['q', 'decline'],
] as const) {
  test(`the key ${JSON.stringify(key)} means ${kind} and ends raw mode`, async () => {
    const { stdin, ask, answers } = terminal();
    await ask();
    expect(stdin.isRaw).toBe(true);
    stdin.write(key);
    await expect.poll(() => answers).toEqual([`main ${kind}`]);
    expect(stdin.isRaw).toBe(false);
  });
}

test('other keys do nothing', async () => {
  const { stdin, ask, answers } = terminal();
  await ask();
  for (const key of ['x', '\u001b[A', ' ']) stdin.write(key);
  stdin.write('o');
  await expect.poll(() => answers).toEqual(['main ready']);
});

test('keys typed before the question do not answer it', async () => {
  const { stdin, ask, answers } = terminal();
  stdin.write('q');
  await ask();
  stdin.write('o');
  await expect.poll(() => answers).toEqual(['main ready']);
});

test('Ctrl-C ends raw mode and interrupts', async () => {
  const { stdin, ask, answers, interrupts } = terminal();
  await ask();
  stdin.write('\u0003');
  await expect.poll(interrupts).toBe(1);
  expect(stdin.isRaw).toBe(false);
  expect(answers).toEqual([]);
});

for (const how of ['settled', 'aborted'] as const) {
  test(`a question that is ${how} ends raw mode`, async () => {
    const { stdin, stop, ask, shown } = terminal();
    const asked = await ask();
    if (how === 'aborted') stop.abort(new Error('over'));
    else await asked.settle({ kind: 'ready', via: 'card' });
    expect(stdin.isRaw).toBe(false);
    expect(stdin.listenerCount('data')).toBe(0);
    if (how === 'settled') expect(shown()).toContain('answered by the Feishu card: opening the browser');
  });
}

test('two questions take turns: a key answers the one that is shown', async () => {
  const { stdin, ask, answers, shown } = terminal();
  const first = await ask('one');
  const second = ask('two');
  expect(shown()).not.toContain('two');
  stdin.write('q');
  await expect.poll(() => answers).toEqual(['one decline']);
  await first.settle({ kind: 'declined', via: 'terminal' });
  await second;
  expect(shown()).toContain('two: iFlow waits for you');
  stdin.write('o');
  await expect.poll(() => answers).toEqual(['one decline', 'two ready']);
});

test('an aborted question leaves the queue', async () => {
  const { stop, ask } = terminal();
  const first = await ask('one');
  const second = ask('two');
  stop.abort(new Error('over'));
  await expect(second).rejects.toThrow('over');
  await first.settle({ kind: 'unanswered' });
});

test('the prompt follows the chosen language', async () => {
  const { ask, shown } = terminal(undefined, 'zh');
  await ask();
  expect(shown()).toContain('[回车] 打开浏览器');
});

const code = { kind: '2fa', code: { attempt: 1, of: 5, canResend: true } } as const;

for (const [keys, answer] of [
  ['493817\r', 'code 493817'],
  ['49x38\u007f817\r', 'code 493817'],
  ['12\r34\r', 'code 1234'],
  ['r', 'resend'],
  ['o', 'ready'],
  ['q', 'decline'],
] as const) {
  test(`at a code prompt ${JSON.stringify(keys)} means ${answer}, and no digit is printed`, async () => {
    const { stdin, ask, answers, shown } = terminal();
    await ask('main', code);
    stdin.write(keys);
    await expect.poll(() => answers).toEqual([`main ${answer}`]);
    const text = shown();
    expect(text).toContain('type the code');
    expect(text).not.toMatch(/4938|1234/);
  });
}

test('only a challenge recognised by its look can be dismissed as a false alarm', async () => {
  const { stdin, ask, answers, shown } = terminal();
  await ask('sure');
  stdin.write('n');
  stdin.write('q');
  await expect.poll(() => answers).toEqual(['sure decline']);
  shown();
  await ask('doubtful', { canBeDoubted: true });
  stdin.write('n');
  await expect.poll(() => answers).toEqual(['sure decline', 'doubtful not-a-check']);
});

test("the prompt describes the challenge in the person's language", async () => {
  const detail = challengeText({ kind: 'captcha', vendor: 'baxia-nc' }, '/profile');
  const chinese = terminal(undefined, 'zh');
  await chinese.ask('main', { detail });
  expect(chinese.shown()).toContain('页面 /profile 出现了滑块验证（baxia-nc）');
  const english = terminal();
  await english.ask('main', { detail });
  expect(english.shown()).toContain('a slider CAPTCHA (baxia-nc) on /profile');
});
