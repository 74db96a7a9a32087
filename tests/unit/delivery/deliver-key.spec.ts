import { expect, test } from '@playwright/test';
import { appError } from '../../../src/lib/app-error.js';
import { deliveryErrors } from '../../../src/delivery/delivery-errors.js';
import { same } from '../../../src/messages/text.js';
import { deliverKey } from '../../../src/delivery/deliver-key.js';
import { emptyRecord, nextDeliveryAt } from '../../../src/core/delivery-record.js';
import { fingerprintOf } from '../../../src/core/key-record.js';
import { rotatesRegardless } from '../../../src/delivery/preflight.js';
import { noticeDue } from '../../../src/delivery/delivery-notice.js';
import type { DeliveryTarget } from '../../../src/core/delivery-target.js';
import { silentLog } from '../../../src/lib/log.js';
import type { KeyRecord } from '../../../src/core/key-record.js';

const minute = 60_000;
const hour = 60 * minute;
const targets: DeliveryTarget[] = [
  { name: 'a', kind: 'env', path: '/a', variable: 'KEY' },
  { name: 'b', kind: 'command', command: ['b'], pass: 'stdin' },
];
const wishes = { targets, hooks: { renewed: { command: ['restart'] } } };

function deliveryWorld() {
  const world = {
    now: Date.parse('2026-03-01T00:00:00Z'),
    record: emptyRecord,
    broken: new Set<string>(),
    diary: [] as string[],
    canSave: true,
    deliver: (key: string, mode: 'due' | 'all' = 'due') => deliverKey(wishes, key, mode, deps),
    next: (key: string) => nextDeliveryAt(wishes, world.record, fingerprintOf(key), world.now),
  };
  const fail = (target: string) =>
    Promise.reject(
      appError(deliveryErrors.unusableFile, { target, path: '/x', problem: same('is broken'), next: 'ls /x' }),
    );
  const deps: Parameters<typeof deliverKey>[3] = {
    readRecord: () => Promise.resolve(world.record),
    writeRecord: (record) => {
      if (!world.canSave) return Promise.reject(new Error('disk full'));
      world.record = record;
      return Promise.resolve();
    },
    put: ({ name }) => {
      world.diary.push(name);
      return world.broken.has(name) ? fail(name) : Promise.resolve('delivered');
    },
    runHook: (undelivered) => {
      world.diary.push(`hook without ${undelivered.join(' ') || 'none'}`);
      return world.broken.has('hook') ? fail('hook') : Promise.resolve();
    },
    history: () => Promise.resolve(),
    log: silentLog,
    now: () => world.now,
  };
  return world;
}

test('each target gets the key once, then the hook runs once', async () => {
  const world = deliveryWorld();
  expect(world.next('one')).toBe(world.now);
  await world.deliver('one');
  expect(world.diary.splice(0)).toEqual(['a', 'b', 'hook without none']);
  expect(world.next('one')).toBeUndefined();
  await world.deliver('one');
  expect(world.diary).toEqual([]);
  expect(world.record.targets['a']).toMatchObject({ where: 'KEY in /a', fingerprint: fingerprintOf('one') });
  expect(JSON.stringify(world.record)).not.toContain('"one"');
  expect(world.next('two')).toBe(world.now);
});

test('a failed target waits longer after each attempt, but a new key is tried at once', async () => {
  const world = deliveryWorld();
  world.broken.add('b');
  const rests: number[] = [];
  for (let tries = 0; tries < 9; tries++) {
    await world.deliver('one');
    const next = world.next('one') ?? 0;
    rests.push((next - world.now) / minute);
    world.now = next;
  }
  expect(rests).toEqual([1, 5, 15, 30, 60, 120, 360, 360, 360]);
  expect(world.record.targets['b']?.failure).toMatchObject({
    attempts: 9,
    code: 'KT902',
    since: '2026-03-01T00:00:00.000Z',
  });
  await world.deliver('one');
  expect(world.next('two')).toBe(world.now);
  // The clock was far ahead when the delivery failed.
  world.now -= 1000 * hour;
  expect(world.next('one')).toBe(world.now);
});

test('a resting target is skipped, and the hook runs again once that target has the key', async () => {
  const world = deliveryWorld();
  world.broken.add('b');
  await world.deliver('one');
  expect(world.diary.splice(0)).toEqual(['a', 'b', 'hook without b']);
  await world.deliver('one');
  expect(world.diary).toEqual([]);
  world.broken.clear();
  world.now += minute;
  await world.deliver('one');
  expect(world.diary.splice(0)).toEqual(['b', 'hook without none']);
  expect(world.next('one')).toBeUndefined();
});

test('a failed hook is run again, and no target is delivered to again', async () => {
  const world = deliveryWorld();
  world.broken.add('hook');
  expect((await world.deliver('one')).at(-1)).toMatchObject({ isHook: true, state: 'failed' });
  world.broken.clear();
  world.now = world.next('one') ?? 0;
  world.diary.length = 0;
  await world.deliver('one');
  expect(world.diary).toEqual(['hook without none']);
});

test('a delivery by hand checks files again, but does not run programs again', async () => {
  const world = deliveryWorld();
  await world.deliver('one');
  world.diary.length = 0;
  const ends = await world.deliver('one', 'all');
  expect(world.diary[0]).toBe('a');
  expect(world.diary).not.toContain('b');
  expect(ends.find((end) => end.name === 'b')?.state).toBe('held');
});

test('a target that moved, or whose record could not be written, is delivered to again', async () => {
  const world = deliveryWorld();
  await world.deliver('one');
  world.record = {
    ...world.record,
    targets: { ...world.record.targets, a: { ...world.record.targets['a']!, where: 'X in /a' } },
  };
  expect(world.next('one')).toBe(world.now);
  const other = deliveryWorld();
  other.canSave = false;
  expect((await other.deliver('one')).map((end) => end.state)).toEqual(['delivered', 'delivered', 'delivered']);
  expect(other.next('one')).toBe(other.now);
});

test('the state of the old key decides whether a broken target stops a rotation', () => {
  const now = Date.parse('2026-03-05T00:00:00Z');
  const withKey = (leftMs: number, lifetimeMs = 7 * 24 * hour): KeyRecord => ({
    version: 1,
    previous: [],
    current: {
      key: 'k',
      obtainedAt: new Date(now + leftMs - lifetimeMs).toISOString(),
      obtainedBy: 'http',
      expiresAt: new Date(now + leftMs).toISOString(),
      lifetimeMs,
      runId: 'r',
    },
  });
  for (const [record, reason, hasIntent, expected] of [
    [withKey(72 * hour), 'near-expiry', false, false],
    [withKey(72 * hour), 'forced', false, false],
    [withKey(7 * hour), 'near-expiry', false, false],
    [withKey(5 * hour), 'near-expiry', false, true],
    [withKey(-hour), 'expired', false, true],
    [withKey(0.9 * hour, 8 * hour), 'near-expiry', false, false],
    [withKey(0.7 * hour, 8 * hour), 'near-expiry', false, true],
    [withKey(72 * hour), 'changed-elsewhere', false, true],
    [withKey(72 * hour), 'expiry-unknown', true, true],
    [{ version: 1, previous: [] }, 'no-key', false, true],
  ] as const) {
    expect(rotatesRegardless(record, reason, hasIntent, now), reason).toBe(expected);
  }
});

test('the owner is notified when failures begin or change, every six hours, and once when they end', () => {
  const now = Date.parse('2026-03-05T00:00:00Z');
  const told = (what: string, agoMs: number) => ({ what, at: new Date(now - agoMs).toISOString() });
  expect(noticeDue(undefined, '', now)).toBeUndefined();
  expect(noticeDue(undefined, 'a KT902', now)).toBe('trouble');
  expect(noticeDue(told('a KT902', hour), 'a KT902', now)).toBeUndefined();
  expect(noticeDue(told('a KT902', hour), 'a KT902, b KT904', now)).toBe('trouble');
  expect(noticeDue(told('a KT902', 6 * hour), 'a KT902', now)).toBe('trouble');
  expect(noticeDue(told('a KT902', hour), '', now)).toBe('relief');
});
