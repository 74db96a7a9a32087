import type { Decision, Question } from '../core/question.js';
import type { PageReach } from '../lib/page-reach.js';
import { parseReply, type ParsedReply } from './parse-reply.js';

/** Whether the question can be answered so. */
export function isPossible(reply: ParsedReply, { code, canBeDoubted }: Question): reply is Decision {
  if (reply.kind === 'code') return code !== undefined;
  if (reply.kind === 'resend') return code?.canResend === true;
  if (reply.kind === 'not-a-check') return canBeDoubted === true;
  return reply.kind !== 'unclear';
}

/** The page would open where nobody sees it. */
export const leadsNowhere = ({ kind }: Decision, { way }: PageReach): boolean => kind === 'ready' && way === 'ssh';

interface Picked<Entry> {
  readonly entry: Entry | undefined;
  readonly parsed: ParsedReply;
}

/**
 * Picks the open question that an unquoted reply answers:
 * 1. the only open question;
 * 2. for a code or a request for a new code, the only question that wants a code;
 * 3. the question that the reply names, by its number in the list or by its account. The answer follows the name;
 *    a name alone confirms `remembered`, the answer given before keyturn asked which question it is for.
 */
export function pickQuestion<Entry extends { readonly question: Question }>(
  text: string,
  open: readonly Entry[],
  remembered?: ParsedReply,
): Picked<Entry> | 'which' {
  const parsed = parseReply(text);
  if (open.length <= 1) return { entry: open[0], parsed };
  if (parsed.kind === 'code' || parsed.kind === 'resend') {
    const waiting = open.filter(({ question }) => question.code);
    return waiting.length === 1 ? { entry: waiting[0], parsed } : 'which';
  }
  // Parse first: a duration such as 30m begins with a number, which is not the number of a question.
  if (parsed.kind !== 'unclear') return 'which';

  const plain = text.normalize('NFKC').trim();
  const byNumber = /^(?:第)?(\d{1,2})(?:个|号)?(?:[\s.,:、，。)]+(.*))?$/su.exec(plain);
  const numbered = byNumber ? open[Number(byNumber[1]) - 1] : undefined;
  if (byNumber && numbered) return withAnswer(numbered, byNumber[2], remembered);
  const named = [...open]
    .sort((a, b) => b.question.account.length - a.question.account.length)
    .find(({ question }) => isNamed(plain, question.account));
  return named ? withAnswer(named, plain.slice(named.question.account.length), remembered) : 'which';
}

function isNamed(text: string, account: string): boolean {
  if (!text.toLowerCase().startsWith(account.toLowerCase())) return false;
  return /^(?:$|[\s.,:、，：。])/u.test(text.slice(account.length));
}

function withAnswer<Entry>(entry: Entry, rest: string | undefined, remembered: ParsedReply | undefined): Picked<Entry> {
  const answer = (rest ?? '').replace(/^[\s.,:、，：。]+/u, '');
  return { entry, parsed: answer === '' ? (remembered ?? { kind: 'unclear' }) : parseReply(answer) };
}
