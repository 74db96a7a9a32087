import { expect, test } from '@playwright/test';
import { done, failed, type Attempt, type Failure } from '../../../src/core/outcome.js';
import type { ConsoleReading } from '../../../src/core/ports.js';
import { renewAccount, type RenewDeps, type RenewOptions } from '../../../src/core/renew-account.js';
import { settleLostAttempt } from '../../../src/core/renew-at-console.js';
import { writeAheadHooks } from '../../../src/core/rotation.js';
import type { RotationIntent } from '../../../src/core/key-record.js';
import { renewalWorld, type FakeConsole } from '../../support/fake-console.js';
import { same } from '../../../src/messages/text.js';

const day = 86_400_000;
const options: RenewOptions = {
  runId: 'run-1',
  force: false,
  dryRun: false,
  methods: ['http', 'headless'],
  lifetimeMs: 7 * day,
};
const slider: Failure & { kind: 'challenge' } = {
  kind: 'challenge',
  detail: same('slider'),
  challenge: { kind: 'captcha', vendor: 'baxia-nc', url: 'https://console.test/', where: 'main frame', evidence: [] },
};

/** What a run leaves that was killed after it had begun to rotate. */
function killedIntent(console: FakeConsole, changes: Partial<RotationIntent> = {}): RotationIntent {
  const { mask, expiresAt } = console.reading();
  return {
    version: 1,
    id: 'killed',
    runId: 'run-0',
    startedAt: new Date(console.clock.now).toISOString(),
    rung: 'http',
    hadKeyBefore: true,
    maskBefore: mask,
    expiresAtBefore: expiresAt,
    ...changes,
  };
}

test('for a key that is not due no console is opened', async () => {
  const { deps, console } = renewalWorld();
  await renewAccount(options, deps);
  console.diary.length = 0;
  expect(await renewAccount(options, deps)).toMatchObject({ kind: 'not-due' });
  expect(console.diary).toEqual([]);
});

test('the intent is stored before the press, and the key before it is verified', async () => {
  const { deps, console, store } = renewalWorld();
  const result = await renewAccount(options, deps);
  expect(result).toMatchObject({ kind: 'renewed', how: 'rotated', method: 'http', verification: { verdict: 'valid' } });
  expect(console.diary).toEqual([
    'open http', 'read', 'history rotate', 'intent', 'press', 'key on disk', 'checkpoint', 'verify', 'close', 'record', 'intent removed',
    'history key-published', 'close',
  ]); // prettier-ignore
  expect(store.record.current?.key).toBe(console.key);
});

test('signed out over HTTP is followed by a try in the browser', async () => {
  const { deps, console } = renewalWorld();
  console.obstacles.set('http', { kind: 'signed-out', detail: same('40101') });
  expect(await renewAccount(options, deps)).toMatchObject({ kind: 'renewed', method: 'headless' });
});

for (const kind of ['refused', 'gone', 'unreachable'] as const) {
  test(`${kind} ends the run at once`, async () => {
    const { deps, console } = renewalWorld();
    console.obstacles.set('http', { kind, detail: same(kind) });
    expect(await renewAccount(options, deps)).toMatchObject({ kind: 'failed', failure: { kind } });
    expect(console.diary).not.toContain('open headless');
    expect(console.rotations).toBe(0);
  });
}

test('the browser is closed before the person is asked', async () => {
  const { deps, console } = renewalWorld();
  console.obstacles.set('http', slider).set('headless', slider);
  const result = await renewAccount(options, deps);
  expect(result).toMatchObject({ kind: 'renewed', method: 'headed' });
  expect(console.diary.indexOf('close', console.diary.indexOf('open headless'))).toBeLessThan(
    console.diary.indexOf('ask'),
  );
  expect(console.diary.indexOf('ask')).toBeLessThan(console.diary.indexOf('open headed'));
});

test('a declined question rotates nothing', async () => {
  const { deps, console, person } = renewalWorld();
  console.obstacles.set('http', slider).set('headless', slider);
  person.answer = { kind: 'declined', via: 'card' };
  expect(await renewAccount(options, deps)).toMatchObject({ kind: 'person-needed', handoff: { kind: 'declined' } });
  expect(console.rotations).toBe(0);
});

test('if both unattended methods meet a challenge at the press, the person still gets to press', async () => {
  const { deps, console } = renewalWorld();
  console.answers.push('challenge', 'challenge');
  expect(await renewAccount(options, deps)).toMatchObject({ kind: 'renewed', method: 'headed' });
  expect(console.rotations).toBe(1);
});

test('a lost answer ends the run, and the next run rotates once more if the old key is dead', async () => {
  const { deps, console, store } = renewalWorld();
  await renewAccount(options, deps);
  console.answers.push('lost');
  expect(await renewAccount({ ...options, force: true }, deps)).toMatchObject({
    kind: 'failed',
    failure: { kind: 'not-seen', oldKey: 'invalid' },
    rotationUnsettled: true,
  });
  expect(console.rotations).toBe(2);
  expect(await renewAccount(options, deps)).toMatchObject({ kind: 'renewed', reason: 'answer-lost' });
  expect(console.rotations).toBe(3);
  expect(store.record.current?.key).toBe(console.key);
  expect(store.intent).toBeUndefined();
});

test('a forced run after a lost answer says that it was lost', async () => {
  const { deps, console, store } = renewalWorld();
  await renewAccount(options, deps);
  store.intent = killedIntent(console);
  console.issue();
  const forced = { ...options, force: true };
  expect(await renewAccount(forced, deps)).toMatchObject({ kind: 'renewed', reason: 'answer-lost' });
  store.intent = killedIntent(console);
  expect(await renewAccount(forced, deps)).toMatchObject({ kind: 'renewed', reason: 'forced' });
});

test('after a worker died at a challenge, the console shows that nothing was made', async () => {
  const { deps, console, store } = renewalWorld();
  await renewAccount(options, deps);
  const failure: Failure = { kind: 'unreachable', browserGone: true, detail: same('the process ended') };
  const dies: RenewDeps['attempt'] = async (renewal, method) => {
    await writeAheadHooks(renewal, method, console.reading(), 'forced').beforePress();
    return settleLostAttempt(renewal, method, { before: undefined, failure, read });
  };
  let read = (): Promise<Attempt<ConsoleReading>> => Promise.resolve(done(console.reading()));
  const due = { ...options, force: true, methods: ['headless'] } as const;
  expect(await renewAccount(due, { ...deps, attempt: dies })).toMatchObject({ kind: 'failed', failure });
  expect(store.intent).toMatchObject({ end: { kind: 'unanswered' } });

  // A console that cannot be read may hold a key that nobody has.
  read = () => Promise.resolve(failed(slider));
  const blind = await renewAccount(due, { ...deps, attempt: dies });
  expect(blind).toMatchObject({ kind: 'failed', failure: { kind: 'not-seen', oldKey: 'valid' } });
  expect(await renewAccount(due, deps)).toMatchObject({ kind: 'renewed' });
  expect(console.rotations).toBe(2);
});

test('after a lost answer no rotation is repeated if the console shows the key', async () => {
  const { deps, console, store } = renewalWorld();
  console.showsFullKey = true;
  console.answers.push('lost');
  expect(await renewAccount(options, deps)).toMatchObject({ kind: 'renewed' });
  expect(console.rotations).toBe(1);
  expect(store.record.current?.key).toBe(console.key);
});

test('after two lost answers keyturn rotates again only if a person forces it', async () => {
  const { deps, console, store } = renewalWorld();
  await renewAccount(options, deps);
  console.answers.push('lost', 'lost');
  await renewAccount({ ...options, force: true }, deps);
  expect(await renewAccount(options, deps)).toMatchObject({ kind: 'failed', failure: { kind: 'not-seen' } });
  for (const _run of [1, 2]) {
    expect(await renewAccount(options, deps)).toMatchObject({
      kind: 'failed',
      failure: { kind: 'not-seen', oldKey: 'invalid', isFurther: true },
    });
  }
  expect(console.rotations).toBe(3);
  expect(await renewAccount({ ...options, force: true }, deps)).toMatchObject({ kind: 'renewed' });
  expect(store.record.current?.key).toBe(console.key);
  expect(store.intent).toBeUndefined();
});

test('after a lost answer the press is not repeated with another method', async () => {
  const { deps, console } = renewalWorld();
  console.answers.push('lost');
  expect(await renewAccount(options, deps)).toMatchObject({
    kind: 'failed',
    failure: { kind: 'not-seen' },
    method: 'http',
  });
  expect(console.rotations).toBe(1);
  expect(console.diary).not.toContain('open headless');
});

test('a press whose key was not seen is not repeated if the console keeps old keys and shows none', async () => {
  const { deps, console, store } = renewalWorld();
  await renewAccount(options, deps);
  const old = console.key;
  console.reading = () => ({ hasKey: false });
  console.probe = (key) => (key === old ? { verdict: 'valid' } : { verdict: 'invalid', detail: same('401') });
  console.answers.push('unseen');
  const first = await renewAccount({ ...options, force: true }, deps);
  expect(first).toMatchObject({
    kind: 'failed',
    failure: { kind: 'not-seen', detail: same('an input of 44'), oldKey: 'valid' },
  });
  expect(await renewAccount(options, deps)).toMatchObject({
    failure: { kind: 'not-seen', detail: same('an input of 44') },
  });
  expect(console.rotations).toBe(2);
  expect(store.record.current?.key).toBe(old);
});

test('a first key that was not seen is not created again by later runs', async () => {
  const { deps, console } = renewalWorld();
  console.reading = () => ({ hasKey: false });
  console.answers.push('unseen');
  for (const _run of [1, 2, 3]) {
    expect(await renewAccount(options, deps)).toMatchObject({ kind: 'failed', failure: { kind: 'not-seen' } });
  }
  expect(console.rotations).toBe(1);
});

test('a refused press is repeated once the console shows the same key as before', async () => {
  const { deps, console } = renewalWorld();
  await renewAccount(options, deps);
  console.answers.push('refused');
  const forced: RenewOptions = { ...options, force: true };
  expect(await renewAccount({ ...forced, methods: ['http'] }, deps)).toMatchObject({
    kind: 'failed',
    failure: { kind: 'drift' },
  });
  expect(await renewAccount(forced, deps)).toMatchObject({ kind: 'renewed' });
  expect(console.rotations).toBe(2);
});

test('a new key that the console reports as expired is kept while its service accepts it', async () => {
  const { deps, console } = renewalWorld();
  await renewAccount(options, deps);
  const shown = console.reading.bind(console);
  console.reading = () => ({ ...shown(), expired: true });
  for (const _run of [1, 2]) {
    expect(await renewAccount({ ...options, signIn: true }, deps)).toMatchObject({ kind: 'not-due' });
  }
  expect(console.rotations).toBe(1);
});

test('an expiry in the past right after a rotation is ignored', async () => {
  const { deps, console, clock, store } = renewalWorld();
  const shown = console.reading.bind(console);
  const past = () => new Date(clock.now - 1000).toISOString();
  console.reading = () => ({ ...shown(), expiresAt: past() });
  const issue = console.issue.bind(console);
  console.issue = () => {
    const key = issue();
    console.expiresAt = clock.now - 1000;
    return key;
  };
  expect(await renewAccount(options, deps)).toMatchObject({ kind: 'renewed' });
  expect(store.record.current?.expiresAt).toBe(new Date(clock.now + 7 * day).toISOString());
  expect(await renewAccount(options, deps)).toMatchObject({ kind: 'not-due' });
});

test('an expiry that was not understood is reported once and kept', async () => {
  const { deps, console, store } = renewalWorld();
  const unread: string[] = [];
  console.says = () => ({ unreadExpiry: 'next Tuesday' });
  console.obstacles.set('http', { kind: 'signed-out', detail: same('40101') });
  await renewAccount(options, { ...deps, onUnreadExpiry: (text) => (unread.push(text), text) });
  expect(unread).toEqual(['next Tuesday']);
  expect(store.record.current?.unreadExpiry).toBe('next Tuesday');
});

test('once the run has measured that the clock is ahead, it presses nothing', async () => {
  const { deps, console, clock, store } = renewalWorld();
  await renewAccount(options, deps);
  const ahead = 20 * 365 * day;
  console.clockSkewMs = ahead;
  const skews: number[] = [];
  const wrong = { ...deps, now: () => clock.now + ahead, onClockSkew: (skewMs: number) => void skews.push(skewMs) };
  expect(await renewAccount(options, wrong)).toMatchObject({ kind: 'not-due' });
  expect(console.rotations).toBe(1);
  expect(skews).toEqual([ahead]);
  // The next run knows it from the record, until the clock is set.
  console.diary.length = 0;
  expect(await renewAccount(options, wrong)).toMatchObject({ kind: 'not-due' });
  expect(console.diary).toEqual([]);
  console.clockSkewMs = 0;
  expect(await renewAccount(options, deps)).toMatchObject({ kind: 'not-due' });
  expect(store.record.clock).toBeUndefined();
});

test('where only a wrong clock made the key due, no second method is tried and nobody is asked', async () => {
  const { deps, console, clock } = renewalWorld();
  await renewAccount(options, deps);
  console.clockSkewMs = 20 * 365 * day;
  console.obstacles.set('http', { kind: 'signed-out', detail: same('40101') });
  console.diary.length = 0;
  const wrong = { ...deps, now: () => clock.now + 20 * 365 * day };
  expect(await renewAccount(options, wrong)).toMatchObject({ kind: 'not-due' });
  expect(console.diary).toEqual(['open http', 'read', 'record', 'close']);
});

test('a record from the future rotates nothing where the site does not show its time', async () => {
  const { deps, console, clock, store } = renewalWorld();
  await renewAccount(options, deps);
  const behind = { ...deps, now: () => clock.now - 20 * 365 * day };
  const { record } = store;
  expect(await renewAccount(options, behind)).toMatchObject({ kind: 'time-unknown' });
  expect(store.record).toEqual(record);
  // The service's refusal needs no clock, and neither does a person's order.
  console.reading = () => ({ hasKey: true, mask: 'sk-zzzz****zzzz' });
  console.probe = () => ({ verdict: 'invalid', detail: same('434') });
  expect(await renewAccount(options, behind)).toMatchObject({ kind: 'unproved' });
  expect(console.rotations).toBe(2);
});

test('with a clock that is behind, an expired key is renewed', async () => {
  const { deps, console, clock } = renewalWorld();
  await renewAccount(options, deps);
  clock.now += 8 * day;
  console.clockSkewMs = -20 * 365 * day;
  const behind = { ...deps, now: () => clock.now - 20 * 365 * day };
  expect(await renewAccount(options, behind)).toMatchObject({ kind: 'renewed', reason: 'expired' });
});

test("with a wrong clock a new key is recorded in the site's time", async () => {
  const { deps, console, clock, store } = renewalWorld();
  const ahead = 20 * 365 * day;
  console.clockSkewMs = ahead;
  const wrong = { ...deps, now: () => clock.now + ahead };
  for (const _run of [1, 2, 3]) await renewAccount(options, wrong);
  expect(console.rotations).toBe(1);
  expect(store.record.current?.obtainedAt).toBe(new Date(clock.now).toISOString());
  console.clockSkewMs = 0;
  expect(await renewAccount(options, deps)).toMatchObject({ kind: 'not-due' });
});

test("a record of version 0.1.0 without a lifetime gets the profile's interval", async () => {
  const { deps, console, store, clock } = renewalWorld();
  const life = { everyMs: 30 * day };
  console.reading = () => ({ hasKey: true, key: console.key ?? console.issue() });
  await renewAccount({ ...options, lifetimeMs: undefined }, deps);
  expect(store.record.current).toMatchObject({ lifetimeMs: undefined, everyMs: undefined });
  store.record = { ...store.record, current: { ...store.record.current!, obtainedBy: 'http' } };
  clock.now += 2 * day;
  console.expiresAt = 0;
  store.record = { ...store.record, current: { ...store.record.current!, expiresAt: undefined } };
  expect(await renewAccount({ ...options, lifetimeMs: undefined, ...life }, deps)).toMatchObject({ kind: 'not-due' });
  expect(store.record.current?.everyMs).toBe(30 * day);
});

test('a press that was never sent leaves no intent behind', async () => {
  const { deps, console, store } = renewalWorld();
  console.answers.push('refused-unsent');
  expect(await renewAccount(options, deps)).toMatchObject({ kind: 'failed', rotationUnsettled: false });
  expect(store.intent).toBeUndefined();
});

test('after a run was killed with the key seen, the next one settles without the console', async () => {
  const { deps, console, store } = renewalWorld();
  const key = console.issue();
  store.intent = killedIntent(console, {
    hadKeyBefore: false,
    answer: {
      key,
      expiresAt: new Date(console.expiresAt).toISOString(),
      seenAt: new Date(console.clock.now).toISOString(),
    },
  });
  expect(await renewAccount(options, deps)).toMatchObject({ kind: 'renewed', how: 'settled' });
  expect(console.rotations).toBe(1);
  expect(console.diary).not.toContain('open http');
});

test('a seen key that was replaced elsewhere in the meantime is not kept as the current key', async () => {
  const { deps, console, store } = renewalWorld();
  const key = console.issue();
  const now = new Date(console.clock.now).toISOString();
  store.intent = killedIntent(console, {
    hadKeyBefore: false,
    answer: { key, expiresAt: new Date(console.expiresAt).toISOString(), seenAt: now },
  });
  console.issue();
  expect(await renewAccount(options, deps)).toMatchObject({ kind: 'renewed', reason: 'changed-elsewhere' });
  expect(store.record.current?.key).toBe(console.key);
});

test('after a run was killed between press and answer, the next one rotates again and says why', async () => {
  const { deps, console, store } = renewalWorld();
  await renewAccount(options, deps);
  store.intent = killedIntent(console);
  console.issue();
  expect(await renewAccount(options, deps)).toMatchObject({ kind: 'renewed', reason: 'answer-lost' });
  expect(console.rotations).toBe(3);
});

test('after a run was killed before the press, the next one does not rotate a key that is not due', async () => {
  const { deps, console, store } = renewalWorld();
  await renewAccount(options, deps);
  store.intent = killedIntent(console);
  expect(await renewAccount(options, deps)).toMatchObject({ kind: 'not-due' });
  expect(console.rotations).toBe(1);
  expect(store.intent).toBeUndefined();
});

test('a further rotation whose run was killed is made again where the console shows that it replaced the key', async () => {
  const { deps, console, store } = renewalWorld();
  await renewAccount(options, deps);
  console.issue();
  store.intent = killedIntent(console, { isFurther: true });
  console.issue();
  expect(await renewAccount(options, deps)).toMatchObject({ kind: 'renewed', reason: 'answer-lost' });
  expect(store.record.current?.key).toBe(console.key);
});

for (const [when, changes, verdict] of [
  ['its answer was not understood', { end: { kind: 'not-seen', detail: same('HTTP 200 without a key') } }, 'invalid'],
  ['the service does not say that the old key is dead', {}, 'unknown'],
] as const) {
  test(`a further rotation is not repeated when ${when}`, async () => {
    const { deps, console, store } = renewalWorld();
    await renewAccount(options, deps);
    console.issue();
    store.intent = killedIntent(console, { isFurther: true, ...changes });
    console.issue();
    console.probe = () => ({ verdict, detail: same('') });
    expect(await renewAccount(options, deps)).toMatchObject({ kind: 'failed', failure: { kind: 'not-seen' } });
    expect(console.rotations).toBe(3);
  });
}

test('a key made by hand at the console is adopted, not replaced', async () => {
  const { deps, console, store, clock } = renewalWorld();
  await renewAccount(options, deps);
  clock.now += 4 * day;
  console.showsFullKey = true;
  const byHand = console.issue();
  expect(await renewAccount(options, deps)).toMatchObject({ kind: 'renewed', how: 'adopted' });
  expect(store.record.current?.key).toBe(byHand);
  expect(console.rotations).toBe(2);
});

test('a key changed elsewhere and shown only as a mask is rotated with that reason', async () => {
  const { deps, console, clock } = renewalWorld();
  await renewAccount(options, deps);
  clock.now += 4 * day;
  console.issue();
  expect(await renewAccount(options, deps)).toMatchObject({ kind: 'renewed', reason: 'changed-elsewhere' });
});

test('a new key that the service rejects does not replace a working old key', async () => {
  const { deps, console, store } = renewalWorld();
  await renewAccount(options, deps);
  const old = console.key as string;
  console.probe = (key) => (key === old ? { verdict: 'valid' } : { verdict: 'invalid', detail: same('434') });
  expect(await renewAccount({ ...options, force: true }, deps)).toMatchObject({ kind: 'unproved', oldKeyWorks: true });
  expect(store.record.current?.key).toBe(old);
  expect(store.record.previous[0]?.key).toBe(console.key);
});

test('an inconclusive probe does not delay the new key', async () => {
  const { deps, console, store } = renewalWorld();
  console.probe = () => ({ verdict: 'unknown', detail: same('timeout') });
  expect(await renewAccount(options, deps)).toMatchObject({ kind: 'renewed', verification: { verdict: 'unknown' } });
  expect(store.record.current).toMatchObject({ key: console.key, provedAt: undefined });
});

test('a dry run presses nothing', async () => {
  const { deps, console } = renewalWorld();
  expect(await renewAccount({ ...options, dryRun: true }, deps)).toMatchObject({
    kind: 'rehearsed',
    would: same('press 重置API密钥'),
  });
  expect(console.rotations).toBe(0);
  expect(console.diary).not.toContain('intent');
});

const seen: Failure = { ...slider, challenge: { ...slider.challenge, byLooks: true } };

test('a challenge dismissed as a false alarm is not raised again, and the method is retried once', async () => {
  const { deps, console, person } = renewalWorld();
  console.obstacles.set('headless', seen);
  person.answer = { kind: 'not-a-check', via: 'card' };
  const dismissed: unknown[] = [];
  const openConsole: typeof deps.openConsole = (opening) => {
    dismissed.push(opening.dismissed);
    if (opening.dismissed?.length) console.obstacles.delete('headless');
    return deps.openConsole(opening);
  };
  const result = await renewAccount({ ...options, methods: ['headless'] }, { ...deps, openConsole });
  expect(result).toMatchObject({ kind: 'renewed', method: 'headless' });
  expect(console.diary.filter((line) => line === 'open headless')).toHaveLength(2);
  expect(dismissed.at(-1)).toEqual([{ kind: 'captcha', page: '/' }]);
});

for (const [title, failure] of [
  ['a challenge from an answer cannot be dismissed as a false alarm', slider],
  ['the same challenge can be dismissed only once', seen],
] as const) {
  test(title, async () => {
    const { deps, console, person } = renewalWorld();
    console.obstacles.set('headless', failure);
    person.answer = { kind: 'not-a-check', via: 'card' };
    const result = await renewAccount({ ...options, methods: ['headless'] }, deps);
    expect(result).toMatchObject({ kind: 'person-needed', handoff: { kind: 'not-a-check' } });
    expect(console.rotations).toBe(0);
  });
}

test("the owner's answer instead of a code is used without asking again", async () => {
  const { deps, console } = renewalWorld();
  const prompt: Failure = { ...slider, challenge: { ...slider.challenge, kind: '2fa' } };
  console.obstacles.set('headless', prompt);
  const openConsole: typeof deps.openConsole = async (opening) => {
    if (opening.method === 'headless') {
      const signal = new AbortController().signal;
      const code = { attempt: 1, of: 5, canResend: false };
      const request = { challenge: prompt.challenge, detail: same(''), code, signal };
      expect(await opening.codes?.ask(request)).toEqual({ kind: 'left' });
    }
    return deps.openConsole(opening);
  };
  const result = await renewAccount(
    { ...options, methods: ['headless'] },
    { ...deps, openConsole, askCode: () => Promise.resolve({ kind: 'ready', via: 'card' }) },
  );
  expect(result).toMatchObject({ kind: 'renewed', method: 'headed' });
  expect(console.diary).not.toContain('ask');
});

test('a dry run asks for no code', async () => {
  const { deps } = renewalWorld();
  const openConsole: typeof deps.openConsole = (opening) => {
    expect(opening.codes).toBeUndefined();
    return deps.openConsole(opening);
  };
  const askCode = () => Promise.resolve({ kind: 'unanswered', asked: true } as const);
  await renewAccount({ ...options, dryRun: true, methods: ['headless'] }, { ...deps, openConsole, askCode });
});
