import type { ConsoleKind } from '../simulator/console-types.js';

/** The results of one kind of fault. Its test counts them, and the reporter adds them up. */
export interface FaultFigures {
  readonly console: ConsoleKind;
  cases: number;
  /** Cases in which a process was killed. */
  kills: number;
  /**
   * Cases after which the console does not accept the key on disk, or after which a key that was only in the lost
   * answer is gone without a message.
   */
  lost: number;
  /** Keys that a run made and the console accepts, but that are not on disk. */
  orphans: number;
  /** Rotations that happened although a key on disk was accepted by the console and not due. */
  needless: number;
  /** Rotations after the fault, made necessary by a lost answer. */
  further: number;
  /** Cases after which the next ordinary run asked a person to look for a lost key (KT611). */
  asked: number;
  /** Cases after which a next run sent another card for a question whose card was known. Handoffs only. */
  askedTwice?: number;
  /** Cases in which five seconds after the kill a process, a held lock, a socket or a port was left. Handoffs only. */
  leftovers?: number;
  /** How long each next ordinary run took, from start to end. */
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
