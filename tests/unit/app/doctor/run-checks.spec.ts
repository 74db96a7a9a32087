import { expect, test } from '@playwright/test';
import { runChecks, type Check } from '../../../../src/app/doctor/examine.js';
import { appError } from '../../../../src/lib/app-error.js';
import { browserErrors } from '../../../../src/browser/browser-errors.js';
import { browserReasons } from '../../../../src/messages/browser-errors.js';
import { same } from '../../../../src/messages/text.js';

const signal = new AbortController().signal;
const options = { timeoutMs: 50, signal };
const fine: Check = {
  group: 'machine',
  check: 'b',
  run: async () => Promise.resolve([{ level: 'ok', check: 'b', text: same('fine') }]),
};
const failing = (error: Error): Check => ({
  group: 'machine',
  check: 'a',
  run: () => Promise.reject(error),
});

test('findings keep the order of the checks, each with its group', async () => {
  let release: () => void = () => undefined;
  const first: Check = {
    group: 'work',
    check: 'a',
    run: () => new Promise((resolve) => (release = () => resolve([{ level: 'ok', check: 'a', text: same('late') }]))),
  };
  const last: Check = {
    ...fine,
    run: async (deadline) => {
      release();
      return fine.run(deadline);
    },
  };
  const findings = await runChecks([first, last], { ...options, timeoutMs: 10_000 });
  expect(findings.map(({ group, check }) => `${group} ${check}`)).toEqual(['work a', 'machine b']);
});

test('a check that hangs is reported and does not hide the others', async () => {
  let wasLetGo = false;
  const hanging: Check = {
    group: 'work',
    check: 'site',
    run: (deadline) =>
      new Promise(() => {
        deadline.addEventListener('abort', () => (wasLetGo = true));
      }),
  };
  const findings = await runChecks([hanging, fine], options);
  expect(findings).toMatchObject([
    { level: 'warning', check: 'site', group: 'work', next: same('keyturn doctor --timeout 1m') },
    { text: same('fine') },
  ]);
  expect(wasLetGo).toBe(true);
});

test('when one deadline ends shared work, every check that waits for it is reported as late', async () => {
  let shared: Promise<never> | undefined;
  const sharing = (check: string): Check => ({
    group: 'work',
    check,
    run: (deadline) =>
      (shared ??= new Promise((_, reject) => {
        deadline.addEventListener('abort', () => reject(deadline.reason as Error));
      })),
  });
  const findings = await runChecks([sharing('site'), sharing('session')], options);
  const late = { level: 'warning', next: same('keyturn doctor --timeout 1m') };
  expect(findings).toMatchObject([
    { ...late, check: 'site' },
    { ...late, check: 'session' },
  ]);
});

test('an AppError becomes a problem with its code and command', async () => {
  const findings = await runChecks([failing(appError(browserErrors.noBrowser, undefined)), fine], options);
  expect(findings[0]).toMatchObject({ level: 'problem', code: 'KT301', next: same('npx playwright install chromium') });
  expect(findings[1]?.text.en).toBe('fine');
});

test('a hint that says to run doctor is omitted', async () => {
  const error = appError(browserErrors.launchFailed, { executablePath: '/x', reason: browserReasons.endedAtOnce });
  expect((await runChecks([failing(error)], options))[0]?.next).toBeUndefined();
});

test('a bug in one check becomes a problem and does not stop the others', async () => {
  const findings = await runChecks([failing(new TypeError('x is not a function')), fine], options);
  expect(findings[0]).toMatchObject({ level: 'problem', code: 'KT001' });
  expect(findings[0]?.text.en).toContain('x is not a function');
  expect(findings).toHaveLength(2);
});

test('secrets in a finding are redacted', async () => {
  const key = `sk-${'a1'.repeat(16)}`;
  const findings = await runChecks([failing(new Error(`refused ${key}`))], options);
  expect(JSON.stringify(findings)).not.toContain(key);
});

test('an error that several checks of a group share is reported once', async () => {
  const error = appError(browserErrors.noBrowser, undefined);
  expect(await runChecks([failing(error), failing(error), { ...failing(error), group: 'work' }], options)).toHaveLength(
    2,
  );
});

test('an interrupt rejects with its reason', async () => {
  const interrupted = new AbortController();
  const reason = new Error('interrupted');
  const check: Check = { ...fine, run: () => new Promise(() => interrupted.abort(reason)) };
  await expect(runChecks([check], { timeoutMs: 60_000, signal: interrupted.signal })).rejects.toBe(reason);
});
