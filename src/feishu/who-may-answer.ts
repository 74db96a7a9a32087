import { createHash, timingSafeEqual } from 'node:crypto';

/** Why an answer does not count. */
export type Refusal =
  | 'another-person'
  | 'not-a-person'
  | 'not-private'
  | 'another-message'
  | 'older-message'
  | 'wrong-nonce'
  | 'expired'
  | 'already-used';

export type Verdict = { readonly ok: true } | { readonly ok: false; readonly reason: Refusal };

/** The question as it stands when the answer comes. */
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
  /** The message the button stands in; a forwarded card has another one. */
  readonly messageId: unknown;
}

export interface Reply {
  readonly senderOpenId: unknown;
  readonly senderType: unknown;
  readonly chatType: unknown;
  /** The quoted message, if any. */
  readonly quotedMessageId?: unknown;
  /** Feishu's clock, epoch milliseconds; undefined when Feishu does not say. */
  readonly createdAt: number | undefined;
  /** When the question's card was sent, by the same clock; undefined when that is not known. */
  readonly askedAt: number | undefined;
}

const no = (reason: Refusal): Verdict => ({ ok: false, reason });

/**
 * A press counts when the configured person made it, in the very message that was sent, with the nonce that was sent,
 * in time, and for the first time. Who it was comes first: a stranger learns nothing else.
 */
export function judgePress(press: Press, open: OpenQuestion, now: number): Verdict {
  if (!isSame(press.operatorOpenId, open.receiver)) return no('another-person');
  if (!isSame(press.messageId, open.messageId)) return no('another-message');
  if (!isSame(press.nonce, open.nonce)) return no('wrong-nonce');
  return judgeTime(open, now);
}

/** A written reply carries no nonce: it counts in the direct chat only, and only when it is younger than the question. */
export function judgeReply(reply: Reply, open: OpenQuestion, now: number): Verdict {
  if (reply.senderType !== 'user') return no('not-a-person');
  if (!isSame(reply.senderOpenId, open.receiver)) return no('another-person');
  if (reply.chatType !== 'p2p') return no('not-private');
  const quoted = reply.quotedMessageId;
  if (quoted !== undefined && quoted !== '' && !isSame(quoted, open.messageId)) return no('another-message');
  if (!isAfterCard(reply.createdAt, reply.askedAt)) return no('older-message');
  return judgeTime(open, now);
}

/** Whether a message is younger than a question's card. False when the time of one of them is not known. */
export function isAfterCard(createdAt: number | undefined, askedAt: number | undefined): boolean {
  return createdAt !== undefined && askedAt !== undefined && createdAt >= askedAt;
}

function judgeTime(open: OpenQuestion, now: number): Verdict {
  if (open.isAnswered) return no('already-used');
  return now <= open.deadlineAt ? { ok: true } : no('expired');
}

/** In constant time, and false for anything that is no text, so that two missing values never match. */
function isSame(given: unknown, expected: string): boolean {
  if (typeof given !== 'string' || given === '' || expected === '') return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
