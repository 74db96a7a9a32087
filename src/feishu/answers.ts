import type { QuestionEnd } from '../core/owner-ports.js';
import type { AnswerVia, Decision } from '../core/question.js';
import type { Log } from '../lib/log.js';
import { cardTexts as texts } from '../messages/cards.js';
import { afterAnswer } from '../messages/questions.js';
import type { Language, Text } from '../messages/text.js';
import { localTime } from './card-times.js';
import { endText, settledCard } from './cards.js';
import { epochMs } from './epoch-ms.js';
import type { AskedEntry, OpenQuestions } from './open-questions.js';
import { codeDigits, parseReply, type ParsedReply } from './parse-reply.js';
import { pickQuestion } from './pick-question.js';
import { RecentIds } from './recent-ids.js';
import type { MessageEvent, PressEvent } from './types.js';
import { isAfterCard, judgePress, judgeReply } from './who-may-answer.js';

const buttonSnoozeMs = 3_600_000;
/** Part of the 3 s that Feishu waits for the response to a press. */
const sendRaceMs = 1500;
/** Longer than sending a card with its picture takes when every request is retried. */
const sendWaitMs = 60_000;
/** How long an answer is remembered after keyturn asked which question it is for. */
const choiceMs = 10 * 60_000;

export interface AnswersOptions {
  readonly questions: OpenQuestions;
  readonly receiver: string;
  /** Default: Chinese. */
  readonly language?: Language;
  readonly log: Log;
  readonly now: () => number;
  /** Replies to a message; never throws. */
  readonly reply: (messageId: string, text: string) => void;
}

type RefusalText = keyof typeof texts.refusals;
type Answered = Extract<QuestionEnd, { readonly via: AnswerVia }>;

/** Interprets presses and messages, and builds the responses. */
export class Answers {
  private readonly pressed: RecentIds<Promise<object>>;
  private readonly read: RecentIds<true>;
  private readonly language: Language;
  private undecided: { readonly reply: ParsedReply; readonly at: number } | undefined;

  constructor(private readonly options: AnswersOptions) {
    this.language = options.language ?? 'zh';
    this.pressed = new RecentIds(options.now);
    this.read = new RecentIds(options.now);
  }

  /** A repeated event counts once and gets the same response. */
  press(event: PressEvent): Promise<object> {
    const id = event.event_id;
    const known = id === undefined ? undefined : this.pressed.get(id);
    if (known) return known;
    const answer = this.judgePressed(event);
    if (id !== undefined) this.pressed.set(id, answer);
    return answer;
  }

  async message(event: MessageEvent): Promise<void> {
    const ids = [event.event_id, event.message?.message_id].filter((id) => id !== undefined);
    if (ids.some((id) => this.read.get(id))) return;
    for (const id of ids) this.read.set(id, true);
    const messageId = event.message?.message_id;
    const text = await this.judgeMessage(event);
    if (text !== undefined && messageId !== undefined) this.options.reply(messageId, text[this.language]);
  }

  private async judgePressed(event: PressEvent): Promise<object> {
    const { receiver, now } = this.options;
    const value = (event.action?.value ?? {}) as { action?: unknown; question?: unknown; nonce?: unknown };
    const messageId = event.context?.open_message_id;
    const operatorOpenId = event.operator?.open_id;
    const entry = this.options.questions.find(messageId, value.question);
    // A press can arrive before the response to the request that sent the card.
    await entry?.whenSent(sendRaceMs);
    if (!entry) return this.refuse(operatorOpenId === receiver ? 'nothing-open' : 'another-person', undefined);
    const verdict = judgePress({ operatorOpenId, nonce: value.nonce, messageId }, entry.asOpenQuestion(), now());
    if (!verdict.ok) return this.refuse(verdict.reason, entry);
    const decision = decisionOf(value.action, event.action?.form_value);
    // A mistyped code is not an answer: leave the card unchanged.
    if (decision === 'bad-code') {
      return { toast: { type: 'error', content: texts.badCode[this.language] } };
    }
    if (!decision) return this.refuse('wrong-nonce', entry);
    const end = this.accept(entry, decision, 'card');
    if (typeof end === 'string') return this.refuse(end, entry);
    const content = afterAnswer(end, (time) => localTime(Date.parse(time), now()))[this.language];
    return { toast: { type: 'success', content }, card: this.rawCard(entry, end) };
  }

  /** @returns the reply to send, if any */
  private async judgeMessage({ sender, message }: MessageEvent): Promise<Text | undefined> {
    const { questions, receiver, now, log } = this.options;
    const senderOpenId = sender?.sender_id?.open_id;
    if (sender?.sender_type !== 'user' || message?.chat_type !== 'p2p') {
      log.warn(
        { senderType: sender?.sender_type, chatType: message?.chat_type },
        'a message outside the direct chat was ignored',
      );
      return undefined;
    }
    if (senderOpenId !== receiver) {
      log.warn({ openId: senderOpenId, reason: 'another-person' }, 'an answer in Feishu was refused');
      return texts.refusals['another-person'];
    }
    // Only for a sent card is it known whether the message is newer than the card or quotes it.
    await questions.whenSent(sendWaitMs);
    const createdAt = epochMs(message.create_time);
    const quoted = message.parent_id || undefined;
    const text = message.message_type === 'text' ? textOf(message.content) : '';
    const meant = quoted
      ? { entry: questions.quoted(quoted, message.root_id), parsed: parseReply(text) }
      : this.matchReply(text, createdAt);
    if ('en' in meant) return meant;
    const { entry, parsed } = meant;
    if (!entry) return texts.refusals['nothing-open'];
    const verdict = judgeReply(
      {
        senderOpenId,
        senderType: sender.sender_type,
        chatType: message.chat_type,
        createdAt,
        askedAt: entry.sent?.createdAtMs,
      },
      entry.asOpenQuestion(),
      now(),
    );
    if (!verdict.ok) {
      log.warn({ account: entry.question.account, reason: verdict.reason }, 'an answer in Feishu was refused');
      return texts.refusals[verdict.reason];
    }
    if (parsed.kind === 'unclear') return texts.notUnderstood;
    const { code, canBeDoubted } = entry.question;
    if (parsed.kind === 'code' && !code) return texts.noCodeWanted;
    if (parsed.kind === 'resend' && !code?.canResend) return texts.noResend;
    if (parsed.kind === 'not-a-check' && !canBeDoubted) return texts.notUnderstood;
    const end = this.accept(entry, parsed, 'chat');
    return typeof end === 'string' ? texts.refusals[end] : endText(entry.question, end, now());
  }

  /** Returns the question that an unquoted reply answers, with the parsed reply; or a text that asks which question. */
  private matchReply(
    text: string,
    createdAt: number | undefined,
  ): { entry: AskedEntry | undefined; parsed: ParsedReply } | Text {
    const { questions, now } = this.options;
    const seen = questions.open.filter(({ sent }) => isAfterCard(createdAt, sent?.createdAtMs));
    // A reply older than every card is rejected as an answer to the first question.
    const open = seen.length > 0 ? seen : questions.open.slice(0, 1);
    const remembered = this.undecided && now() - this.undecided.at <= choiceMs ? this.undecided.reply : undefined;
    const picked = pickQuestion(text, open, remembered);
    if (picked === 'which') {
      const parsed = parseReply(text);
      this.undecided = parsed.kind === 'unclear' ? undefined : { reply: parsed, at: now() };
      return texts.whichQuestion(open.map((one) => one.question.account));
    }
    this.undecided = undefined;
    return picked;
  }

  private accept(entry: AskedEntry, decision: Decision, via: AnswerVia): Answered | RefusalText {
    const receipt = entry.onAnswer(decision, via);
    if (!receipt.accepted) return receipt.reason === 'too-late' ? 'expired' : 'already-used';
    const end = endOf(decision, via, this.options.now());
    entry.end = end;
    if (via === 'card') entry.acknowledgedAt = Date.now();
    this.options.log.info(
      { account: entry.question.account, via, answer: decision.kind },
      'the person answered in Feishu',
    );
    return end;
  }

  private refuse(reason: RefusalText, entry: AskedEntry | undefined): object {
    this.options.log.warn({ account: entry?.question.account, reason }, 'an answer in Feishu was refused');
    const toast = { type: 'error', content: texts.refusals[reason][this.language] };
    // The owner's second press gets the settled card; nobody else gets it.
    const isOwners = reason === 'already-used' || reason === 'expired';
    return entry?.end && isOwners ? { toast, card: this.rawCard(entry, entry.end) } : { toast };
  }

  private rawCard(entry: AskedEntry, end: QuestionEnd): object {
    const options = { language: this.language, now: this.options.now() };
    return { type: 'raw', data: settledCard(entry.question, end, options) };
  }
}

function decisionOf(
  action: unknown,
  form: Readonly<Record<string, unknown>> | undefined,
): Decision | 'bad-code' | undefined {
  switch (action) {
    case 'code': {
      const typed = form?.['code'];
      const digits = typeof typed === 'string' ? codeDigits(typed) : undefined;
      return digits === undefined ? 'bad-code' : { kind: 'code', digits };
    }
    case 'ready':
    case 'decline':
    case 'resend':
    case 'not-a-check':
      return { kind: action };
    case 'snooze':
      return { kind: 'snooze', ms: buttonSnoozeMs };
    default:
      return undefined;
  }
}

function endOf(decision: Decision, via: AnswerVia, now: number): Answered {
  if (decision.kind === 'decline') return { kind: 'declined', via };
  if (decision.kind !== 'snooze') return { kind: decision.kind, via };
  return { kind: 'snoozed', until: new Date(now + decision.ms).toISOString(), via };
}

function textOf(content: string | undefined): string {
  try {
    const { text } = JSON.parse(content ?? '') as { text?: unknown };
    return typeof text === 'string' ? text : '';
  } catch {
    return '';
  }
}
