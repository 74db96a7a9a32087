/** What one kind of fault came to; counted by its test, summed up by the reporter. */
export interface FaultFigures {
  cases: number;
  /** Cases in which a process was killed. */
  kills: number;
  /** Cases after which the key on disk is not the one that the console accepts. */
  lost: number;
  /** Rotations that happened although a key that the console accepted was on disk and not due. */
  needless: number;
  /** Rotations after the fault that the lost answer made necessary. */
  further: number;
  /** How long the next ordinary run took, from start to end. */
  recoveryMs: number[];
}

export const faultAnnotation = 'faults';

export const noFigures = (): FaultFigures => ({
  cases: 0,
  kills: 0,
  lost: 0,
  needless: 0,
  further: 0,
  recoveryMs: [],
});
