import { endOf, type AnsweredEnd, type AnswerVia, type Decision, type QuestionEnd } from '../core/question.js';
import type { Log } from '../lib/log.js';
import type { PageReach } from '../lib/page-reach.js';
import { timeText } from '../lib/show-time.js';
import { cardTexts as texts } from '../messages/cards.js';
import { afterAnswer } from '../messages/questions.js';
import type { Text } from '../messages/text.js';
import { endText, howToOpen, possibleReplies, pressResponse, settledCard } from './cards.js';
import { epochMs } from './epoch-ms.js';
import type { FeishuSettings } from './feishu-settings.js';
import { whenSent, type AskedEntry, type OpenQuestions } from './open-questions.js';
import { asksForLink, codeDigits, parseReply, textOf, type ParsedReply } from './parse-reply.js';
import { isPossible, leadsNowhere, pickQuestion } from './pick-question.js';
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
  readonly settings: Pick<FeishuSettings, 'receiver' | 'language'>;
  /** How the owner gets to a page that an answer opens. */
  readonly reach: PageReach;
  /**
   * The owner wants a new link to the account's open page, without an account to each open page. Resolves, within the
   * three seconds that Feishu waits, to whether a page is open; the link itself is a new notice.
   */
  readonly onLinkWanted: (account: string | undefined) => Promise<boolean>;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Replies to a message; never throws. */
  readonly reply: (messageId: string, text: string) => void;
}

type RefusalText = keyof typeof texts.refusals;

/** Interprets presses and messages, and builds the responses. */
export function createAnswers(options: AnswersOptions) {
  const { questions, reach, onLinkWanted, log, now } = options;
  const { receiver, language = 'zh' } = options.settings;
  // Feishu delivers an event at least once and repeats it for hours with the same id.
  const pressed = new Map<string, Promise<object>>();
  const read = new Set<string>();
  let undecided: { readonly reply: ParsedReply; readonly at: number } | undefined;

  const respond = (type: 'success' | 'error', text: Text, settled?: { entry: AskedEntry; end: QuestionEnd }) => {
    const card = settled && settledCard(settled.entry.question, settled.end, { language, now: now() });
    return pressResponse(type, text[language], card);
  };
  const logRefusal = (reason: RefusalText | 'not-direct', facts: object) =>
    log.warn({ ...facts, reason }, 'an answer in Feishu was refused');
  const refusePress = (reason: RefusalText, entry?: AskedEntry): object => {
    logRefusal(reason, { account: entry?.question.account });
    // The owner's second press gets the settled card; nobody else gets it.
    const isOwners = reason === 'already-used' || reason === 'expired';
    const settled = entry?.end && isOwners ? { entry, end: entry.end } : undefined;
    return respond('error', texts.refusals[reason], settled);
  };
  const refuseReply = (reason: RefusalText | 'not-direct', facts: object): Text | undefined => {
    logRefusal(reason, facts);
    return reason === 'not-direct' ? undefined : texts.refusals[reason];
  };

  const stateOf = ({ question, sent, end }: AskedEntry): OpenQuestion => ({
    receiver,
    nonce: question.nonce,
    messageId: sent?.messageId ?? '',
    askedAt: sent?.createdAtMs,
    deadlineAt: Date.parse(question.deadlineAt),
    isAnswered: end !== undefined,
  });

  const accept = (entry: AskedEntry, decision: Decision, via: AnswerVia): AnsweredEnd | RefusalText => {
    const receipt = entry.onAnswer(decision, via);
    if (!receipt.accepted) return receipt.reason === 'too-late' ? 'expired' : 'already-used';
    const end = endOf({ decision, via }, now());
    entry.end = end;
    if (via === 'card') entry.acknowledgedAt = Date.now();
    log.info({ account: entry.question.account, via, answer: decision.kind }, 'the person answered in Feishu');
    return end;
  };

  const answerPress = async (event: PressEvent): Promise<object> => {
    const value = (event.action?.value ?? {}) as { action?: unknown; question?: unknown; account?: unknown };
    const isOwner = isSame(event.operator?.open_id, receiver);
    if (value.action === 'new-link') {
      if (!isOwner || typeof value.account !== 'string') return refusePress('another-person');
      return (await onLinkWanted(value.account))
        ? respond('success', texts.newLinkComes)
        : respond('error', texts.noOpenPage);
    }
    const entry = questions.find(event.context?.open_message_id, value.question);
    if (!entry) return refusePress(isOwner ? 'nothing-open' : 'another-person');
    // A press can arrive before the response to the request that sent the card.
    await whenSent([entry], sendRaceMs);
    const refusal = judgePress(event, stateOf(entry), now());
    if (refusal) return refusePress(refusal, entry);
    const decision = decisionOf(value.action, event.action?.form_value?.['code']);
    // A mistyped code is not an answer: leave the card unchanged.
    if (!decision) return value.action === 'code' ? respond('error', texts.badCode) : refusePress('wrong-nonce', entry);
    // A card from before the settings or the display changed.
    if (leadsNowhere(decision, reach)) return respond('error', howToOpen(entry.question, reach, true));
    const end = accept(entry, decision, 'card');
    if (typeof end === 'string') return refusePress(end, entry);
    return respond('success', afterAnswer(end, timeText), { entry, end });
  };

  /** @returns the reply to send, if any */
  const answerMessage = async (event: MessageEvent): Promise<Text | undefined> => {
    const { sender, message } = event;
    const unasked = judgeSender(event, receiver);
    if (unasked) return refuseReply(unasked, { openId: sender?.sender_id?.open_id });
    const text = message?.message_type === 'text' ? textOf(message.content) : '';
    const createdAt = epochMs(message?.create_time) ?? 0;
    if (asksForLink(text)) {
      // Feishu may deliver a message again hours later.
      const isNew = now() - createdAt < choiceMs;
      return !isNew || (await onLinkWanted(undefined)) ? undefined : texts.noOpenPage;
    }
    // Only for a sent card is it known whether the message is newer than the card or quotes it.
    await whenSent(questions.open, sendWaitMs);
    const seen = questions.open.filter(({ sent }) => isAfterCard(createdAt, sent?.createdAtMs));
    // A reply older than every card is rejected as an answer to the first question.
    const open = seen.length > 0 ? seen : questions.open.slice(0, 1);
    const remembered = undecided && now() - undecided.at <= choiceMs ? undecided.reply : undefined;
    const picked = message?.parent_id
      ? { entry: questions.quoted(message.parent_id, message.root_id), parsed: parseReply(text) }
      : pickQuestion(text, open, remembered);
    if (picked === 'which') {
      const parsed = parseReply(text);
      undecided = parsed.kind === 'unclear' ? undefined : { reply: parsed, at: now() };
      return texts.whichQuestion(open.map((one) => one.question.account));
    }
    if (!message?.parent_id) undecided = undefined;
    const { entry, parsed } = picked;
    if (!entry) return texts.refusals['nothing-open'];
    const { question } = entry;
    const refusal = judgeReply(event, stateOf(entry), now());
    if (refusal) return refuseReply(refusal, { account: question.account });
    if (!isPossible(parsed, question)) return texts.noAnswer(possibleReplies(question, reach));
    if (leadsNowhere(parsed, reach)) return howToOpen(question, reach, false);
    const end = accept(entry, parsed, 'chat');
    return typeof end === 'string' ? texts.refusals[end] : endText(question, end);
  };

  return {
    /** A repeated event counts once and gets the same response. */
    press: (event: PressEvent): Promise<object> => {
      const id = event.event_id;
      const answer = pressed.get(id ?? '') ?? answerPress(event);
      if (id !== undefined) pressed.set(id, answer);
      return answer;
    },
    message: async (event: MessageEvent): Promise<void> => {
      const messageId = event.message?.message_id;
      if (messageId === undefined || read.has(messageId)) return;
      read.add(messageId);
      const text = await answerMessage(event);
      if (text !== undefined) options.reply(messageId, text[language]);
    },
  };
}

const plainActions = ['ready', 'decline', 'resend', 'not-a-check'] as const;

function decisionOf(action: unknown, typed: unknown): Decision | undefined {
  if (action === 'snooze') return { kind: 'snooze', ms: buttonSnoozeMs };
  if (action === 'code') {
    const digits = typeof typed === 'string' ? codeDigits(typed) : undefined;
    return digits === undefined ? undefined : { kind: 'code', digits };
  }
  const kind = plainActions.find((each) => each === action);
  return kind && { kind };
}
