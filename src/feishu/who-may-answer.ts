import { createHash, timingSafeEqual } from 'node:crypto';

type Refusal =
  | 'another-person'
  | 'not-a-person'
  | 'not-private'
  | 'another-message'
  | 'older-message'
  | 'wrong-nonce'
  | 'expired'
  | 'already-used';

export type Verdict = { readonly ok: true } | { readonly ok: false; readonly reason: Refusal };

/** The question's state when the answer arrives. */
export interface OpenQuestion {
  /** The configured open_id. */
  readonly receiver: string;
  readonly nonce: string;
  readonly messageId: string;
  /** Epoch milliseconds. */
  readonly deadlineAt: number;
  readonly isAnswered: boolean;
}

export interface Press {
  readonly operatorOpenId: unknown;
  readonly nonce: unknown;
  /** The button's message. A forwarded card is a different message. */
  readonly messageId: unknown;
}

export interface Reply {
  readonly senderOpenId: unknown;
  readonly senderType: unknown;
  readonly chatType: unknown;
  /** Feishu's clock, epoch milliseconds; undefined when Feishu gives no time. */
  readonly createdAt: number | undefined;
  /** When the question's card was sent, by the same clock; undefined when unknown. */
  readonly askedAt: number | undefined;
}

const no = (reason: Refusal): Verdict => ({ ok: false, reason });

/**
 * Accepts a press only if the configured person made it, in the message that keyturn sent, with that message's nonce,
 * before the deadline, and for the first time. The person is checked first: a stranger learns nothing else.
 */
export function judgePress(press: Press, open: OpenQuestion, now: number): Verdict {
  if (!isSame(press.operatorOpenId, open.receiver)) return no('another-person');
  if (!isSame(press.messageId, open.messageId)) return no('another-message');
  if (!isSame(press.nonce, open.nonce)) return no('wrong-nonce');
  return judgeTime(open, now);
}

/** A written reply carries no nonce, so it is accepted only in the direct chat and only if newer than the question. */
export function judgeReply(reply: Reply, open: OpenQuestion, now: number): Verdict {
  if (reply.senderType !== 'user') return no('not-a-person');
  if (!isSame(reply.senderOpenId, open.receiver)) return no('another-person');
  if (reply.chatType !== 'p2p') return no('not-private');
  if (!isAfterCard(reply.createdAt, reply.askedAt)) return no('older-message');
  return judgeTime(open, now);
}

/** Whether a message is at least as new as a question's card. False when either time is unknown. */
export function isAfterCard(createdAt: number | undefined, askedAt: number | undefined): boolean {
  return createdAt !== undefined && askedAt !== undefined && createdAt >= askedAt;
}

function judgeTime(open: OpenQuestion, now: number): Verdict {
  if (open.isAnswered) return no('already-used');
  return now <= open.deadlineAt ? { ok: true } : no('expired');
}

/** Compares in constant time. False for anything but non-empty strings, so that two missing values never match. */
function isSame(given: unknown, expected: string): boolean {
  if (typeof given !== 'string' || given === '' || expected === '') return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
