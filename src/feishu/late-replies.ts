import { endOf, type Answer, type Question } from '../core/question.js';
import type { Log } from '../lib/log.js';
import type { PageReach } from '../lib/page-reach.js';
import { toMessageEvent } from './chat-poller.js';
import { endText, settledCard } from './cards.js';
import { epochMs } from './epoch-ms.js';
import type { FeishuClient } from './feishu-client.js';
import { parseReply, textOf } from './parse-reply.js';
import { pickQuestion } from './pick-question.js';
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
  const event = toMessageEvent(listed);
  const createdAt = epochMs(listed.create_time);
  const isNew = (createdAt ?? 0) > (Date.parse(question.answeredAt ?? '') || 0);
  if (listed.deleted || !isNew || judgeSender(event, client.settings.receiver)) return undefined;
  const asked = [question, ...others].filter((each) => isAfterCard(createdAt, each.message?.createdAtMs));
  const text = textOf(listed.body?.content);
  const quoted = listed.parent_id || undefined;
  const picked = quoted
    ? {
        entry: asked.map((each) => ({ question: each })).find((each) => each.question.message?.messageId === quoted),
        parsed: parseReply(text),
      }
    : pickQuestion(
        text,
        asked.map((each) => ({ question: each })),
        undefined,
      );
  if (picked === 'which' || picked.entry?.question !== question) return undefined;
  const { parsed } = picked;
  switch (parsed.kind) {
    case 'ready':
      return reach.way === 'ssh' ? undefined : { decision: parsed, via: 'chat' };
    case 'snooze': {
      // An hour from then, not from now.
      const ms = (createdAt ?? 0) + parsed.ms - now();
      return { decision: { kind: 'snooze', ms: Math.max(0, ms) }, via: 'chat' };
    }
    case 'decline':
      return { decision: parsed, via: 'chat' };
    case 'not-a-check':
      return question.canBeDoubted ? { decision: parsed, via: 'chat' } : undefined;
    default:
      return undefined;
  }
}
