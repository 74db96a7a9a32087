import { randomBytes } from 'node:crypto';
import type { Question } from './question.js';

/** 256 bits, so that it cannot be guessed. */
export function newNonce(): string {
  return randomBytes(32).toString('base64url');
}

type Made = 'version' | 'id' | 'nonce' | 'askedAt' | 'deadlineAt' | 'state';

/** `now` is in epoch milliseconds. */
export type NewQuestion = Omit<Question, Made> & { readonly waitMs: number; readonly now: number };

/** Builds a question that was not asked yet. */
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
