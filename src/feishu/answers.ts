import { endOf, type AnsweredEnd, type AnswerVia, type Decision, type QuestionEnd } from '../core/question.js';
import type { Log } from '../lib/log.js';
import type { PageReach } from '../lib/page-reach.js';
import { timeText } from '../lib/show-time.js';
import { cardTexts as texts } from '../messages/cards.js';
import { afterAnswer } from '../messages/questions.js';
import type { Language, Text } from '../messages/text.js';
import { endText, howToOpen, possibleReplies, settledCard } from './cards.js';
import { epochMs } from './epoch-ms.js';
import { whenSent, type AskedEntry, type OpenQuestions } from './open-questions.js';
import { asksForLink, codeDigits, parseReply, textOf, type ParsedReply } from './parse-reply.js';
import { pickQuestion } from './pick-question.js';
import type { MessageEvent, PressEvent } from './types.js';
import { isAfterCard, isSame, judgePress, judgeReply, judgeSender, type OpenQuestion } from './who-may-answer.js';

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
  readonly reach: PageReach;
  /** See {@link FeishuChannelOptions.onLinkWanted}. */
  readonly onLinkWanted: (account: string | undefined) => Promise<boolean>;
  readonly log: Log;
  readonly now: () => number;
  /** Replies to a message; never throws. */
  readonly reply: (messageId: string, text: string) => void;
}

type RefusalText = keyof typeof texts.refusals;

/** Interprets presses and messages, and builds the responses. */
export class Answers {
  // Feishu delivers an event at least once and repeats it for hours with the same id.
  private readonly pressed = new Map<string, Promise<object>>();
  private readonly read = new Set<string>();
  private readonly language: Language;
  private undecided: { readonly reply: ParsedReply; readonly at: number } | undefined;

  constructor(private readonly options: AnswersOptions) {
    this.language = options.language ?? 'zh';
  }

  /** A repeated event counts once and gets the same response. */
  press(event: PressEvent): Promise<object> {
    const id = event.event_id;
    const answer = this.pressed.get(id ?? '') ?? this.judgePressed(event);
    if (id !== undefined) this.pressed.set(id, answer);
    return answer;
  }

  async message(event: MessageEvent): Promise<void> {
    const messageId = event.message?.message_id;
    if (messageId === undefined || this.read.has(messageId)) return;
    this.read.add(messageId);
    const text = await this.judgeMessage(event);
    if (text !== undefined) this.options.reply(messageId, text[this.language]);
  }

  private async judgePressed(event: PressEvent): Promise<object> {
    const { receiver, now } = this.options;
    const value = (event.action?.value ?? {}) as { action?: unknown; question?: unknown; account?: unknown };
    if (value.action === 'new-link') return this.judgeLinkPress(event, value.account);
    const entry = this.options.questions.find(event.context?.open_message_id, value.question);
    if (!entry) return this.refuse(event.operator?.open_id === receiver ? 'nothing-open' : 'another-person', undefined);
    // A press can arrive before the response to the request that sent the card.
    await whenSent([entry], sendRaceMs);
    const refusal = judgePress(event, this.stateOf(entry), now());
    if (refusal) return this.refuse(refusal, entry);
    const decision = decisionOf(value.action, event.action?.form_value);
    // A mistyped code is not an answer: leave the card unchanged.
    if (decision === 'bad-code') {
      return { toast: { type: 'error', content: texts.badCode[this.language] } };
    }
    if (!decision) return this.refuse('wrong-nonce', entry);
    if (this.leadsNowhere(decision)) {
      // A card from before the settings or the display changed.
      const content = howToOpen(entry.question, this.options.reach, true)[this.language];
      return { toast: { type: 'error', content } };
    }
    const end = this.accept(entry, decision, 'card');
    if (typeof end === 'string') return this.refuse(end, entry);
    const content = afterAnswer(end, timeText)[this.language];
    return { toast: { type: 'success', content }, card: this.rawCard(entry, end) };
  }

  private async judgeLinkPress({ operator }: PressEvent, account: unknown): Promise<object> {
    const { receiver, onLinkWanted } = this.options;
    if (!isSame(operator?.open_id, receiver) || typeof account !== 'string') {
      return this.refuse('another-person', undefined);
    }
    const isComing = await onLinkWanted(account);
    const [type, text] = isComing ? (['success', texts.newLinkComes] as const) : (['error', texts.noOpenPage] as const);
    return { toast: { type, content: text[this.language] } };
  }

  /** @returns the reply to send, if any */
  private async judgeMessage({ sender, message }: MessageEvent): Promise<Text | undefined> {
    const { questions, receiver, reach, now, log, onLinkWanted } = this.options;
    const event = { sender, message };
    const unasked = judgeSender(event, receiver);
    if (unasked) {
      log.warn({ openId: sender?.sender_id?.open_id, reason: unasked }, 'a message in Feishu was refused');
      return unasked === 'not-direct' ? undefined : texts.refusals[unasked];
    }
    const text = message?.message_type === 'text' ? textOf(message.content) : '';
    // Feishu may deliver a message again hours later.
    const isNew = now() - (epochMs(message?.create_time) ?? 0) < choiceMs;
    if (asksForLink(text)) return !isNew || (await onLinkWanted(undefined)) ? undefined : texts.noOpenPage;
    // Only for a sent card is it known whether the message is newer than the card or quotes it.
    await whenSent(questions.open, sendWaitMs);
    const quoted = message?.parent_id || undefined;
    const meant = quoted
      ? { entry: questions.quoted(quoted, message?.root_id), parsed: parseReply(text) }
      : this.matchReply(text, epochMs(message?.create_time));
    if ('en' in meant) return meant;
    const { entry, parsed } = meant;
    if (!entry) return texts.refusals['nothing-open'];
    const refusal = judgeReply(event, this.stateOf(entry), now());
    if (refusal) {
      log.warn({ account: entry.question.account, reason: refusal }, 'an answer in Feishu was refused');
      return refusal === 'not-direct' ? undefined : texts.refusals[refusal];
    }
    const { code, canBeDoubted } = entry.question;
    const possible = { code, resend: code?.canResend, 'not-a-check': canBeDoubted };
    if (parsed.kind === 'unclear' || (parsed.kind in possible && !possible[parsed.kind as keyof typeof possible]))
      return texts.noAnswer(possibleReplies(entry.question, reach));
    if (this.leadsNowhere(parsed)) return howToOpen(entry.question, reach, false);
    const end = this.accept(entry, parsed, 'chat');
    return typeof end === 'string' ? texts.refusals[end] : endText(entry.question, end);
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

  /** The page would open where nobody sees it. */
  private leadsNowhere({ kind }: ParsedReply): boolean {
    return kind === 'ready' && this.options.reach.way === 'ssh';
  }

  private stateOf({ question, sent, end }: AskedEntry): OpenQuestion {
    return {
      receiver: this.options.receiver,
      nonce: question.nonce,
      messageId: sent?.messageId ?? '',
      askedAt: sent?.createdAtMs,
      deadlineAt: Date.parse(question.deadlineAt),
      isAnswered: end !== undefined,
    };
  }

  private accept(entry: AskedEntry, decision: Decision, via: AnswerVia): AnsweredEnd | RefusalText {
    const receipt = entry.onAnswer(decision, via);
    if (!receipt.accepted) return receipt.reason === 'too-late' ? 'expired' : 'already-used';
    const end = endOf({ decision, via }, this.options.now());
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

const plainActions = ['ready', 'decline', 'resend', 'not-a-check'] as const;

function decisionOf(action: unknown, form: Readonly<Record<string, unknown>> = {}): Decision | 'bad-code' | undefined {
  if (action === 'snooze') return { kind: 'snooze', ms: buttonSnoozeMs };
  if (action === 'code') {
    const typed = form['code'];
    const digits = typeof typed === 'string' ? codeDigits(typed) : undefined;
    return digits === undefined ? 'bad-code' : { kind: 'code', digits };
  }
  const kind = plainActions.find((each) => each === action);
  return kind && { kind };
}
