import type { ConsoleKind } from '../simulator/console-types.js';

/** What one kind of fault came to; counted by its test, summed up by the reporter. */
export interface FaultFigures {
  readonly console: ConsoleKind;
  cases: number;
  /** Cases in which a process was killed. */
  kills: number;
  /**
   * Cases after which the key on disk is not one that the console accepts, or after which a key that only the lost answer
   * held is gone without a word.
   */
  lost: number;
  /** Keys that the console accepts and nobody has: made by a run, and not on disk. */
  orphans: number;
  /** Rotations that happened although a key that the console accepted was on disk and not due. */
  needless: number;
  /** Rotations after the fault that the lost answer made necessary. */
  further: number;
  /** Cases after which the next ordinary run left it to a person to look for a key that nobody has (KT611). */
  asked: number;
  /** How long the next ordinary run took, from start to end. */
  recoveryMs: number[];
}

export const faultAnnotation = 'faults';

export const noFigures = (console: ConsoleKind): FaultFigures => ({
  console,
  cases: 0,
  kills: 0,
  lost: 0,
  orphans: 0,
  needless: 0,
  further: 0,
  asked: 0,
  recoveryMs: [],
});
