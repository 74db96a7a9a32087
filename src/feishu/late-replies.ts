import { endOf, type Answer, type Question } from '../core/question.js';
import type { Log } from '../lib/log.js';
import type { PageReach } from '../lib/page-reach.js';
import { toMessageEvent } from './chat-poller.js';
import { endText, settledCard } from './cards.js';
import { epochMs } from './epoch-ms.js';
import type { FeishuClient } from './feishu-client.js';
import { parseReply, textOf } from './parse-reply.js';
import { isPossible, leadsNowhere, pickQuestion } from './pick-question.js';
import type { ListedMessage } from './types.js';
import { isAfterCard, judgeSender } from './who-may-answer.js';

export interface LateReplyOptions {
  readonly client: FeishuClient;
  readonly reach: PageReach;
  /** The open questions of the other accounts, whose cards a reply may mean, too. */
  readonly others: readonly Question[];
  readonly log: Log;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

export interface LateReply {
  readonly answer: Answer;
  /** Sends the response to the reply, and shows the end on the card. Never rejects. */
  readonly respond: () => Promise<void>;
}

/**
 * What the owner has replied since the question's card while nothing listened. Undefined when there is no answer, or when
 * the chat cannot be read.
 */
export async function readLateReply(question: Question, options: LateReplyOptions): Promise<LateReply | undefined> {
  const { client, log, now, signal } = options;
  const { message, account } = question;
  if (message?.createdAtMs === undefined) return undefined;
  const logged = (what: string) => (error: unknown) => {
    if (!signal.aborted) log.warn({ account, err: error }, what);
    return undefined;
  };
  const reading = client.listMessages(message.chatId, message.createdAtMs, signal);
  for (const listed of (await reading.catch(logged('the replies in Feishu could not be read'))) ?? []) {
    const answer = answerIn(listed, question, options);
    if (!answer) continue;
    const { language = 'zh' } = client.settings;
    const end = endOf(answer, now());
    const respond = async () => {
      const card = settledCard(question, end, { language, now: now() });
      const done = [
        client.replyText(listed.message_id ?? '', endText(question, end)[language]),
        client.updateCard(message.messageId, card),
      ];
      await Promise.all(done.map((each: Promise<unknown>) => each.catch(logged('a late reply got no response'))));
    };
    return { answer, respond };
  }
  return undefined;
}

function answerIn(listed: ListedMessage, question: Question, options: LateReplyOptions): Answer | undefined {
  const { client, reach, others, now } = options;
  const createdAt = epochMs(listed.create_time) ?? 0;
  const isNew = createdAt > (Date.parse(question.answeredAt ?? '') || 0);
  if (listed.deleted || !isNew || judgeSender(toMessageEvent(listed), client.settings.receiver)) return undefined;
  const asked = [question, ...others]
    .filter(({ message }) => isAfterCard(createdAt, message?.createdAtMs))
    .map((each) => ({ question: each }));
  const text = textOf(listed.body?.content);
  const picked = listed.parent_id
    ? { entry: asked.find((each) => each.question.message?.messageId === listed.parent_id), parsed: parseReply(text) }
    : pickQuestion(text, asked);
  if (picked === 'which' || picked.entry?.question !== question) return undefined;
  const { parsed } = picked;
  if (!isPossible(parsed, question) || leadsNowhere(parsed, reach)) return undefined;
  // A span counts from the reply on.
  const decision = parsed.kind === 'snooze' ? { ...parsed, ms: Math.max(0, createdAt + parsed.ms - now()) } : parsed;
  return { decision, via: 'chat' };
}
