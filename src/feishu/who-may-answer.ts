import { createHash, timingSafeEqual } from 'node:crypto';
import { epochMs } from './epoch-ms.js';
import type { MessageEvent, PressEvent } from './types.js';

/** The question's state when the answer arrives. */
export interface OpenQuestion {
  /** The configured open_id. */
  readonly receiver: string;
  readonly nonce: string;
  readonly messageId: string;
  /** When the card was sent, by Feishu's clock; absent when unknown. */
  readonly askedAt?: number;
  /** Epoch milliseconds. */
  readonly deadlineAt: number;
  readonly isAnswered: boolean;
}

/**
 * Accepts a press only if the configured person made it, in the message that keyturn sent, with that message's nonce,
 * before the deadline, and for the first time. The person is checked first: a stranger learns nothing else.
 * @returns why the press does not count; undefined when it does
 */
export function judgePress({ operator, action, context }: PressEvent, open: OpenQuestion, now: number) {
  const { nonce } = (action?.value ?? {}) as { nonce?: unknown };
  if (!isSame(operator?.open_id, open.receiver)) return 'another-person';
  // A forwarded card is a different message.
  if (!isSame(context?.open_message_id, open.messageId)) return 'another-message';
  if (!isSame(nonce, open.nonce)) return 'wrong-nonce';
  return judgeTime(open, now);
}

/** A written reply carries no nonce, so it is accepted only in the direct chat and only if newer than the question. */
export function judgeReply(event: MessageEvent, open: OpenQuestion, now: number) {
  const refusal = judgeSender(event, open.receiver);
  if (refusal) return refusal;
  return isAfterCard(epochMs(event.message?.create_time), open.askedAt) ? judgeTime(open, now) : 'older-message';
}

export function judgeSender({ sender, message }: MessageEvent, receiver: string) {
  if (sender?.sender_type !== 'user' || message?.chat_type !== 'p2p') return 'not-direct';
  return isSame(sender.sender_id?.open_id, receiver) ? undefined : 'another-person';
}

/** Whether a message is at least as new as a question's card. False when either time is unknown. */
export function isAfterCard(createdAt: number | undefined, askedAt: number | undefined): boolean {
  return createdAt !== undefined && askedAt !== undefined && createdAt >= askedAt;
}

function judgeTime(open: OpenQuestion, now: number) {
  if (open.isAnswered) return 'already-used';
  return now <= open.deadlineAt ? undefined : 'expired';
}

/** Compares in constant time. False for anything but non-empty strings, so that two missing values never match. */
export function isSame(given: unknown, expected: string): boolean {
  if (typeof given !== 'string' || given === '' || expected === '') return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
