import { expect, test } from '@playwright/test';
import type { Question } from '../../../src/core/question.js';
import { runAccount, type RunAccountDeps } from '../../../src/core/run-account.js';
import { renewalWorld } from '../../support/fake-console.js';
import { same } from '../../../src/messages/text.js';

const options = {
  runId: 'run-1',
  force: false,
  dryRun: false,
  methods: ['http'] as const,
  lifetimeMs: 7 * 86_400_000,
  personIsHere: false,
};

function accountWorld() {
  const world = renewalWorld();
  const at = new Date(world.clock.now).toISOString();
  let question: Question | undefined;
  let isHeld = true;
  const { askPerson, ...renewal } = world.deps;
  const deps: RunAccountDeps = {
    questions: { read: () => Promise.resolve(question), write: (each) => Promise.resolve(void (question = each)) },
    lock: () =>
      Promise.resolve({
        setWaiting: () => Promise.reject(new Error('the disk is full')),
        id: 'lock-1',
        setWorker: () => Promise.resolve(),
        requireHeld: () => (isHeld ? Promise.resolve() : Promise.reject(new Error('taken over'))),
        release: () => Promise.resolve(),
      }),
    ask: askPerson,
    askCode: () => Promise.resolve({ kind: 'unanswered', asked: true }),
    renewal,
    askAgainAfterMs: 4 * 3_600_000,
  };
  return {
    ...world,
    deps,
    loseLock: () => (isHeld = false),
    question: () => question,
    ask: (changes: Partial<Question>) => {
      question = {
        version: 1,
        id: 'q',
        nonce: 'n',
        account: 'work',
        siteTitle: 'iFlow',
        kind: '2fa',
        detail: same('a code'),
        askedAt: at,
        deadlineAt: at,
        state: 'asked',
        reached: ['card'],
        runId: 'run-0',
        ...changes,
      };
    },
    leaveIntent: (key?: string) => {
      world.store.intent = {
        version: 1,
        id: 'killed',
        runId: 'run-0',
        startedAt: at,
        rung: 'headless',
        hadKeyBefore: true,
        maskBefore: 'sk-0001****0001',
        answer: key === undefined ? undefined : { key, seenAt: at },
      };
    },
  };
}

test('a key that a killed run saw is published even while a question is open', async () => {
  const world = accountWorld();
  world.ask({});
  world.leaveIntent(world.console.issue());
  expect(await runAccount({ ...options, force: true }, world.deps)).toMatchObject({ kind: 'renewed', how: 'settled' });
  expect(world.store.record.current?.key).toBe(world.console.key);
  expect(world.console.diary).not.toContain('open http');
  expect(world.question()?.state).toBe('resolved');
});

test('without a seen key the run waits for the open question', async () => {
  const world = accountWorld();
  world.ask({});
  world.leaveIntent();
  expect(await runAccount(options, world.deps)).toMatchObject({ kind: 'still-waiting' });
  expect(world.console.diary).toEqual([]);
});

test('a run that died after it received the code is continued at once', async () => {
  const world = accountWorld();
  world.console.issue();
  world.ask({ answeredAt: new Date(world.clock.now).toISOString(), answeredVia: 'card' });
  world.leaveIntent();
  expect(await runAccount(options, world.deps)).toMatchObject({ kind: 'renewed' });
  expect(world.store.record.current?.key).toBe(world.console.key);
});

test('the owner is asked even if the lock file cannot be updated', async () => {
  const world = accountWorld();
  world.person.answer = { kind: 'declined', via: 'card' };
  const challenge = {
    kind: 'captcha',
    vendor: 'generic',
    url: 'https://x/',
    where: 'main frame',
    evidence: [],
  } as const;
  world.console.obstacles.set('http', { kind: 'challenge', detail: same('slider'), challenge });
  expect(await runAccount(options, world.deps)).toMatchObject({ kind: 'person-needed' });
  expect(world.console.diary).toContain('ask');
});

test('a run that lost its lock presses nothing', async () => {
  const world = accountWorld();
  world.loseLock();
  await expect(runAccount(options, world.deps)).rejects.toThrow('taken over');
  expect(world.console.rotations).toBe(0);
});

test('a run that lost its lock after the press stores its key in the intent, not in the record', async () => {
  const world = accountWorld();
  const { verify } = world.deps.renewal;
  const deps = {
    ...world.deps,
    renewal: {
      ...world.deps.renewal,
      verify: (key: string) => {
        world.loseLock();
        return verify(key);
      },
    },
  };
  await expect(runAccount(options, deps)).rejects.toThrow('taken over');
  expect(world.store.record.current).toBeUndefined();
  expect(world.store.intent?.answer?.key).toBe(world.console.key);
});

test('a forced question is settled by its own renewal, and not by a run that finds the key good', async () => {
  const world = accountWorld();
  world.console.issue();
  world.ask({ forced: true, state: 'doubted' });
  await runAccount(options, world.deps);
  expect(world.question()?.state).toBe('resolved');
  world.ask({ forced: true, state: 'doubted' });
  expect(await runAccount(options, world.deps)).toMatchObject({ kind: 'not-due' });
  expect(world.question()?.state).toBe('doubted');
  expect(await runAccount({ ...options, force: true }, world.deps)).toMatchObject({ kind: 'renewed' });
  expect(world.question()?.state).toBe('resolved');
});

test('an open question does not hold up a person who forces a renewal', async () => {
  const world = accountWorld();
  world.console.issue();
  world.ask({ state: 'unanswered' });
  expect(await runAccount(options, world.deps)).toMatchObject({ kind: 'still-waiting' });
  expect(await runAccount({ ...options, force: true }, world.deps)).toMatchObject({ kind: 'renewed' });
});

test('a second forced run waits for the first and takes its key', async () => {
  const world = accountWorld();
  world.console.issue();
  expect(await runAccount(options, world.deps)).toMatchObject({ kind: 'renewed' });
  world.ask({ forced: true });
  let hasWaited = false;
  const lock: RunAccountDeps['lock'] = async (waits) => {
    hasWaited = waits;
    world.clock.now += 60_000;
    const { current } = world.store.record;
    world.store.record = { version: 1, previous: [], current: { ...current!, obtainedAt: iso(world.clock.now) } };
    return world.deps.lock(false);
  };
  const rotations = world.console.rotations;
  expect(await runAccount({ ...options, force: true }, { ...world.deps, lock })).toMatchObject({ kind: 'not-due' });
  expect(hasWaited).toBe(true);
  expect(world.console.rotations).toBe(rotations);
});

const iso = (ms: number) => new Date(ms).toISOString();
