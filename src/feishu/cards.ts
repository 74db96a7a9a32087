import type { Notice, NoticeLine } from '../core/owner-ports.js';
import type { Question, QuestionEnd } from '../core/question.js';
import { durationText } from '../lib/duration.js';
import type { PageReach } from '../lib/page-reach.js';
import { oneLine, redactText } from '../lib/redact.js';
import { timeText } from '../lib/show-time.js';
import { cardTexts as texts } from '../messages/cards.js';
import { commandLineTexts } from '../messages/command-line.js';
import { answeredText, codeNotes, settledElsewhere } from '../messages/questions.js';
import { asLine, inEach, type Language, type Text, same } from '../messages/text.js';
import type { ButtonValue, Card } from './types.js';

interface CardOptions {
  readonly language?: Language;
  /** Epoch milliseconds. */
  readonly now: number;
  /** When a run reads the replies that come after the end of the wait. */
  readonly nextRunAt?: number;
}

type Color = 'orange' | 'green' | 'red' | 'grey' | 'blue' | 'yellow';
type Element = Readonly<Record<string, unknown>>;

/** Feishu accepts cards up to 30 KB. */
const maxLine = 300;
const maxLines = 16;

export function questionCard(
  question: Question,
  options: CardOptions & { imageKey?: string; hasButtons: boolean; isListening: boolean; reach: PageReach },
): Card {
  const { language = 'zh', now, imageKey, hasButtons, reach } = options;
  const { code } = question;
  const reply = possibleReplies(question, reach);
  const notListening = options.isListening ? [] : [texts.notListening(question.account)];
  const howTo = [
    code ? texts.codeHowTo : howToOpen(question, reach, hasButtons),
    hasButtons ? texts.orReply(reply) : asLine(reply),
    ...notListening,
  ];
  const { color, mark } = cardUrgency(question, now);
  return card(color, mark[language] + title(question, language), [
    markdown([
      ...(code ? noteText(code, language) : []),
      ...facts(question, language, now),
      texts.answerBefore(timeText(question.deadlineAt))[language],
    ]),
    ...(imageKey ? [{ tag: 'img', img_key: imageKey, alt: plainText(texts.picture[language]) }] : []),
    markdown(howTo.map((text) => text[language])),
    ...(hasButtons ? controls(question, language, reach.way !== 'ssh') : []),
  ]);
}

/** How a person gets to the page. */
export function howToOpen({ account }: Question, reach: PageReach, hasButtons: boolean): Text {
  if (reach.way === 'ssh') return texts.howToBySsh(reach.command, account);
  return (reach.way === 'phone' ? texts.howToByPhone : texts.howToAtDesk)(texts.toOpen[hasButtons ? 'press' : 'reply']);
}

/** What may be written in place of a press. */
export const possibleReplies = ({ code }: Question, reach: PageReach): Text =>
  code ? texts.codeReply(code.canResend) : texts.reply(reach.way !== 'ssh');

/** `canOpen`: a page that opens now can be seen by the person who presses the button. */
function controls(question: Question, language: Language, canOpen: boolean): Element[] {
  const { code, canBeDoubted, id, nonce } = question;
  const button = (action: Exclude<ButtonValue['action'], 'new-link'>, label: Text, type = 'default') =>
    callbackButton(label[language], type, { keyturn: 1, action, question: id, nonce });
  const skip = button('decline', texts.skip);
  const doubt = canBeDoubted ? [button('not-a-check', texts.notACheck, 'text')] : [];
  const open = canOpen ? [button('ready', texts.open, code ? 'default' : 'primary_filled')] : [];
  if (!code) return [...open, row([button('snooze', texts.snooze), skip]), ...doubt];
  const placeholder = plainText(texts.codeField(code.digits)[language]);
  // Feishu accepts a form only at the root of a card.
  const form: Element = {
    tag: 'form',
    name: 'code_form',
    elements: [
      { tag: 'input', name: 'code', required: true, width: 'fill', placeholder },
      { ...button('code', texts.codeSubmit, 'primary_filled'), name: 'submit', form_action_type: 'submit' },
    ],
  };
  const resend = code.canResend ? [button('resend', texts.resend)] : [];
  return [form, row([...resend, ...open, skip]), ...doubt];
}

/** Shows who answered and what happens next, without buttons. Without an end, the question was asked again. */
export function settledCard(question: Question, end: QuestionEnd | undefined, options: CardOptions): Card {
  const { language = 'zh', now, nextRunAt } = options;
  const { code } = question;
  // The card of a question that was asked again gives the reason.
  const lines = end
    ? [endText(question, end, nextRunAt)[language]]
    : [...(code ? noteText(code, language) : []), texts.askedAgain[language]];
  return card(end ? signs[end.kind][1] : 'grey', title(question, language), [
    markdown([...lines, ...facts(question, language, now)]),
  ]);
}

export function noticeCard(notice: Notice, options: { language?: Language; hasButtons?: boolean }): Card {
  const { language = 'zh', hasButtons = true } = options;
  const { account, siteTitle, lines, canRenewLink = false } = notice;
  const color = { success: 'green', warning: 'yellow', failure: 'red' } as const;
  const value = { keyturn: 1, action: 'new-link', account } as const;
  return card(color[notice.level], notice.title, [
    markdown([
      `${texts.account[language]} ${escaped(account)} · ${texts.site[language]} ${escaped(siteTitle)}`,
      ...lines.slice(0, maxLines).map((line) => markdownOf(line, language)),
      ...(canRenewLink ? [texts.howToRenewLink(hasButtons)[language]] : []),
    ]),
    ...(canRenewLink && hasButtons ? [callbackButton(texts.newLink[language], 'default', value)] : []),
  ]);
}

export function testCard(state: 'waiting' | 'done' | 'over', value: ButtonValue, language: Language = 'zh'): Card {
  const [color, text] = (
    { waiting: ['blue', texts.testBody], done: ['green', texts.testDone], over: ['grey', texts.testOver] } as const
  )[state];
  const button = callbackButton(texts.testButton[language], 'primary_filled', value);
  const elements = [markdown([text[language]]), ...(state === 'waiting' ? [button] : [])];
  return card(color, texts.testTitle[language], elements);
}

/** The response to a press: a line for the person, and the card that replaces the pressed one. */
export const pressResponse = (type: 'success' | 'error', content: string, settled?: Card) => ({
  toast: { type, content },
  ...(settled && { card: { type: 'raw', data: settled } }),
});

const signs: Readonly<Record<QuestionEnd['kind'], readonly [sign: string, color: Color]>> = {
  ready: ['✅', 'green'],
  code: ['✅', 'green'],
  snoozed: ['⏰', 'blue'],
  declined: ['⏭', 'grey'],
  resend: ['📨', 'grey'],
  'not-a-check': ['☑️', 'grey'],
  'resolved-elsewhere': ['☑️', 'grey'],
  unanswered: ['⌛', 'grey'],
};

/** A line that says how the question ended; also sent as the response to a reply in the chat. */
export function endText({ account }: Pick<Question, 'account'>, end: QuestionEnd, nextRunAt?: number): Text {
  const nextRun = nextRunAt === undefined ? undefined : timeText(new Date(nextRunAt).toISOString());
  const elsewhere = end.kind === 'unanswered' ? texts.unanswered(account, nextRun) : settledElsewhere;
  const text = 'via' in end ? answeredText(end, timeText) : elsewhere;
  return inEach((language) => `${signs[end.kind][0]} ${asLine(text)[language]}`);
}

function noteText(code: NonNullable<Question['code']>, language: Language): string[] {
  if (!code.note) return [];
  const sign = code.note === 'resent' ? '📨' : code.note === 'resend-later' ? '⏳' : '❗';
  return [`**${sign} ${asLine(codeNotes[code.note](code))[language]}**`];
}

function title({ siteTitle, kind }: Question, language: Language): string {
  return texts.questionTitle(siteTitle, texts.wanted[kind])[language];
}

function facts(question: Question, language: Language, now: number): string[] {
  const expiresAt = Date.parse(question.keyExpiresAt ?? '');
  const until = timeText(question.keyExpiresAt ?? '');
  const key = Number.isNaN(expiresAt)
    ? texts.keyUnknown
    : expiresAt > now
      ? texts.keyWorksFor(durationText(Math.ceil((expiresAt - now) / 60_000) * 60_000), until)
      : texts.keyDead(until);
  return [
    `**${texts.account[language]}** ${escaped(question.account)}`,
    `**${texts.what[language]}** ${escaped(redactText((question.seen ?? question.detail)[language], [question.nonce]))}`,
    key[language],
    ...(question.forced ? [texts.forced[language]] : []),
  ];
}

function card(color: Color, heading: string, elements: Element[]): Card {
  const title = truncate(oneLine(heading));
  return {
    schema: '2.0',
    // A forwarded question would give its live buttons to another person.
    config: { update_multi: true, enable_forward: false, summary: { content: title } },
    header: { template: color, title: plainText(title) },
    body: { elements },
  };
}

const plainText = (content: string): Element => ({ tag: 'plain_text', content });

const markdown = (lines: readonly string[]): Element => ({ tag: 'markdown', content: lines.join('\n') });

const callbackButton = (label: string, type: string, value: ButtonValue): Element => ({
  tag: 'button',
  type,
  width: 'fill',
  text: plainText(label),
  // JSON 2.0 silently ignores a value next to the text.
  behaviors: [{ type: 'callback', value }],
});

const row = (buttons: readonly Element[]): Element => ({
  tag: 'column_set',
  columns: buttons.map((button) => ({ tag: 'column', width: 'weighted', weight: 1, elements: [button] })),
});

function truncate(text: string): string {
  return text.length <= maxLine ? text : `${text.slice(0, maxLine - 1)}…`;
}

/** External text (site, program, settings). Cut before escaping, because a cut entity would not be an escape. */
const escaped = (text: string): string => escapeMarkdown(truncate(oneLine(text)));

function markdownOf(line: NoticeLine, language: Language): string {
  if (typeof line === 'string') return escaped(line);
  if ('markdown' in line) return line.markdown;
  const command = line.command.includes('`') ? escaped(line.command) : `\`${oneLine(line.command)}\``;
  return line.label === undefined ? command : `${escaped(line.label)}${commandLineTexts.colon[language]}${command}`;
}

const hourMs = 3_600_000;

/** The card is red from the key's last day on. The mark goes before the title, and is empty when nothing is urgent. */
export function cardUrgency(question: Question, now: number): { color: 'orange' | 'red'; mark: Text } {
  const leftMs = Date.parse(question.keyExpiresAt ?? '') - now;
  if (leftMs <= 0) return { color: 'red', mark: texts.markExpired };
  if (leftMs <= 24 * hourMs) return { color: 'red', mark: texts.markHours(Math.ceil(leftMs / hourMs)) };
  const count = question.reminders ?? 0;
  return { color: 'orange', mark: count === 0 ? same('') : texts.markReminder(count) };
}

/** Feishu's markdown takes numeric HTML entities for every character that it uses. A backslash does not escape. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_~[\]()<>!#|$&:+=-]/g, entityOf)
    .replace(/^(\s*\d+)\./, (_, digits: string) => `${digits}${entityOf('.')}`);
}

const entityOf = (char: string): string => `&#${char.charCodeAt(0)};`;
