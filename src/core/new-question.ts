import { randomBytes } from 'node:crypto';

import type { ChallengeKind, IsoTime } from './outcome.js';
import type { CodeWanted, Question } from './question.js';

/** 256 bits: a guess is hopeless however many buttons are pressed. */
export function newNonce(): string {
  return randomBytes(32).toString('base64url');
}

export interface NewQuestion {
  readonly account: string;
  readonly siteTitle: string;
  readonly kind: ChallengeKind;
  /** One line for the person, without secrets. */
  readonly detail: string;
  readonly seen?: Question['seen'];
  readonly code?: CodeWanted;
  readonly canBeDoubted?: boolean;
  readonly keyExpiresAt?: IsoTime;
  readonly waitMs: number;
  readonly runId: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** A question that was not asked yet. `askPerson` gives it a fresh nonce each time it is asked. */
export function newQuestion({ now, waitMs, ...rest }: NewQuestion): Question {
  return {
    version: 1,
    id: `q_${randomBytes(6).toString('hex')}`,
    nonce: newNonce(),
    ...rest,
    askedAt: new Date(now).toISOString(),
    deadlineAt: new Date(now + waitMs).toISOString(),
    state: 'asked',
  };
}
