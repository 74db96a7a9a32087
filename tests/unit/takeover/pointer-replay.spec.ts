import { expect, test } from '@playwright/test';
import { PointerReplay } from '../../../src/takeover/pointer-replay.js';
import type { PointerSample } from '../../../src/takeover/protocol.js';

/** A clock that the test advances, and the played samples with their times. */
function world() {
  let now = 10_000;
  let timers: { at: number; work: () => void }[] = [];
  const played: { at: number; sample: PointerSample }[] = [];
  const replay = new PointerReplay({
    play: (sample) => played.push({ at: now, sample }),
    now: () => now,
    later: (ms, work) => {
      const timer = { at: now + ms, work };
      timers.push(timer);
      return () => (timers = timers.filter((each) => each !== timer));
    },
  });
  const advance = (ms: number) => {
    const end = now + ms;
    for (;;) {
      const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      timers = timers.filter((each) => each !== next);
      now = Math.max(now, next.at);
      next.work();
    }
    now = end;
  };
  return { replay, played, advance, now: () => now, timers: () => timers.length };
}

const drag = (count: number, everyMs: number): PointerSample[] => [
  [1, 500, 0, 0],
  ...Array.from({ length: count }, (_, i): PointerSample => [0, 500 + (i + 1) * everyMs, i + 1, 0]),
  [2, 500 + (count + 1) * everyMs, count + 1, 0],
];

test('samples that arrive in bursts are replayed at the speed of the hand', () => {
  const { replay, played, advance } = world();
  const samples = drag(60, 8);
  // Eight samples at a time. Each burst arrives up to 60 ms after its last sample.
  for (let at = 0, burst = 0; at < samples.length; at += 8, burst += 1) {
    replay.push(samples.slice(at, at + 8));
    advance(burst % 3 === 0 ? 40 : 76);
  }
  advance(500);
  expect(played.map(({ sample }) => sample)).toEqual(samples);
});

test('samples keep their spacing on a steady link', () => {
  const { replay, played, advance } = world();
  for (const sample of drag(40, 8)) {
    replay.push([sample]);
    advance(8);
  }
  advance(200);
  const gaps = played.slice(1).map(({ at }, i) => at - (played[i]?.at ?? 0));
  expect(Math.max(...gaps)).toBeLessThanOrEqual(9);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(7);
});

test('the gesture after an uneven link waits longer, at most 100 ms', () => {
  const { replay, played, advance, now } = world();
  for (let gesture = 0; gesture < 3; gesture += 1) {
    for (const [i, sample] of drag(20, 8).entries()) {
      replay.push([sample]);
      advance(i % 5 === 4 ? 400 : 8);
    }
    advance(1000);
  }
  played.length = 0;
  const pushedAt = now();
  replay.push([[1, 90_000, 0, 0]]);
  advance(1000);
  expect(played[0]!.at - pushedAt).toBe(100);
});

test('samples keep their order whatever the clocks say', () => {
  const { replay, played, advance } = world();
  const samples: PointerSample[] = [
    [1, 1000, 0, 0],
    [0, 900, 1, 0],
    [0, 5_000_000, 2, 0],
    [2, -3, 3, 0],
  ];
  replay.push(samples);
  advance(500);
  expect(played.map(({ sample }) => sample)).toEqual(samples);
});

test('clear() drops the samples that have not been played', () => {
  const { replay, played, advance, timers } = world();
  replay.push(drag(50, 8));
  advance(60);
  replay.clear();
  const count = played.length;
  advance(1000);
  expect(played).toHaveLength(count);
  expect(count).toBeLessThan(52);
  expect(timers()).toBe(0);
});
