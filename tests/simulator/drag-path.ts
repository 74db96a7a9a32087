import type { SeededRandom } from './random.js';

/** A position of the pointer, in pixels from the start of the drag, and how long it stays there. */
export interface DragStep {
  readonly x: number;
  readonly y: number;
  readonly waitMs: number;
}

const moves = 40;

/**
 * Returns a drag to the right by `distancePx` like that of a hand: slow at both ends, slightly unsteady, a few pixels
 * too far and back.
 */
export function dragPath(distancePx: number, random: SeededRandom): DragStep[] {
  const overshootPx = 3 + random.next() * 3;
  const steps = Array.from({ length: moves }, (_, index) => {
    const t = (index + 1) / moves;
    const eased = t < 0.5 ? 4 * t ** 3 : 1 - (-2 * t + 2) ** 3 / 2;
    return {
      x: eased * (distancePx + overshootPx),
      y: Math.sin(t * Math.PI) * 4 + (random.next() - 0.5) * 2,
      waitMs: 8 + Math.round(random.next() * 10),
    };
  });
  return [...steps, { x: distancePx + 1, y: 0.5, waitMs: 40 }];
}
