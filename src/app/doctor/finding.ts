import type { AppError } from '../../errors/app-error.js';

/** `problem` will break a renewal or its question to the owner, `warning` may, `note` only informs. */
export interface Finding {
  readonly level: 'ok' | 'note' | 'warning' | 'problem';
  readonly check: string;
  readonly text: string;
  /** The one command to run. */
  readonly next?: string;
  /** The error that a run would end with. */
  readonly code?: string;
}

/** A finding in its place: under `machine`, `feishu`, or the name of an account. */
export interface PlacedFinding extends Finding {
  readonly group: string;
}

/** The finding for what a part of keyturn refuses with. A hint that leads back here is left out. */
export function problemOf(check: string, error: AppError, changes: Partial<Finding> = {}): Finding {
  const next = error.hint === 'keyturn doctor' ? undefined : error.hint;
  return { level: 'problem', check, text: error.message.replace(/\.$/, ''), code: error.code, next, ...changes };
}
