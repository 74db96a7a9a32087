import { mock } from 'node:test';
import { expect, test } from '@playwright/test';
import type { PointerSample } from '../../../src/takeover/from-viewer.js';
import { PointerReplay } from '../../../src/takeover/pointer-replay.js';

interface World {
  readonly replay: PointerReplay;
  readonly played: { readonly at: number; readonly sample: PointerSample }[];
  readonly advance: (ms: number) => void;
}

/** Only `advance` moves the clock. The test runner needs the real one, so it is restored at the end. */
function replayOf(work: (world: World) => void): void {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 10_000 });
  try {
    const played: World['played'] = [];
    const replay = new PointerReplay((sample) => played.push({ at: Date.now(), sample }));
    const advance = (ms: number) => {
      for (let passed = 0; passed < ms; passed += 1) mock.timers.tick(1);
    };
    work({ replay, played, advance });
  } finally {
    mock.timers.reset();
  }
}

const drag = (count: number, everyMs: number): PointerSample[] => [
  [1, 500, 0, 0],
  ...Array.from({ length: count }, (_, i): PointerSample => [0, 500 + (i + 1) * everyMs, i + 1, 0]),
  [2, 500 + (count + 1) * everyMs, count + 1, 0],
];

test('samples that arrive in bursts are replayed at the speed of the hand', () =>
  replayOf(({ replay, played, advance }) => {
    const samples = drag(60, 8);
    // Eight samples at a time, as many as the hand makes in that time, up to 20 ms late.
    for (let at = 0; at < samples.length; at += 8) {
      advance(at % 16 === 0 ? 44 : 84);
      replay.push(samples.slice(at, at + 8));
    }
    advance(500);
    expect(played.map(({ sample }) => sample)).toEqual(samples);
    const gaps = played.slice(1).map(({ at }, i) => at - (played[i]?.at ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(9);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(7);
  }));

test('samples keep their order whatever the clocks say', () =>
  replayOf(({ replay, played, advance }) => {
    const samples: PointerSample[] = [
      [1, 1000, 0, 0],
      [0, 900, 1, 0],
      [0, 5_000_000, 2, 0],
      [2, -3, 3, 0],
    ];
    replay.push(samples);
    advance(500);
    expect(played.map(({ sample }) => sample)).toEqual(samples);
  }));

test('clear() drops the samples that have not been played', () =>
  replayOf(({ replay, played, advance }) => {
    replay.push(drag(50, 8));
    advance(100);
    replay.clear();
    const count = played.length;
    advance(1000);
    expect(played).toHaveLength(count);
    expect(count).toBeGreaterThan(0);
  }));
