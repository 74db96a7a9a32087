import { randomBytes } from 'node:crypto';

import type { ChallengeKind, IsoTime } from './outcome.js';
import type { CodeWanted, Question } from './question.js';

/** 256 bits, so that it cannot be guessed. */
export function newNonce(): string {
  return randomBytes(32).toString('base64url');
}

export interface NewQuestion {
  readonly account: string;
  readonly siteTitle: string;
  readonly kind: ChallengeKind;
  /** One line for the person; contains no secrets. */
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

/** Builds a question that was not asked yet. `askPerson` replaces the nonce each time it asks. */
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
