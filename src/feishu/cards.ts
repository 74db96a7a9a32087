import type { Notice, NoticeLine, QuestionEnd } from '../core/owner-ports.js';
import type { Question } from '../core/question.js';
import { describeSeen } from '../core/challenge-names.js';
import { oneLine, redactText } from '../lib/redact.js';
import { cardTexts, localTime, spanText, type CardTexts } from './card-texts.js';
import { cardUrgency } from './card-urgency.js';
import { escapeMarkdown } from './escape-markdown.js';
import type { Language } from './feishu-settings.js';
import type { ButtonValue, Card, Transport } from './types.js';

interface CardOptions {
  readonly language?: Language;
  /** Epoch milliseconds. */
  readonly now: number;
}

type Color = 'orange' | 'green' | 'red' | 'grey' | 'blue' | 'yellow';
type Element = Readonly<Record<string, unknown>>;

/** Feishu accepts cards up to 30 KB; external texts are cut well below that. */
const maxLine = 300;
const maxMarkdownBytes = 12 * 1024;

export function questionCard(
  question: Question,
  options: CardOptions & { imageKey?: string; transport: Transport },
): Card {
  const { language, now, imageKey } = options;
  const texts = cardTexts(language);
  const { code } = question;
  // Show no buttons when presses would not arrive.
  const hasButtons = options.transport !== 'polling';
  const replies = code
    ? (hasButtons ? texts.codeOrReply : texts.codeByReply)(code.canResend)
    : hasButtons
      ? texts.orReply
      : texts.byReply;
  const howTo = [code ? texts.codeHowTo : texts.howTo, replies];
  const { color, mark } = cardUrgency(question, now, language);
  return card(color, mark + title(question, texts), [
    markdown([
      ...(code?.note ? [`**${texts.codeNote(code.note, code)}**`] : []),
      ...facts(question, texts, options),
      texts.answerBefore(localTime(Date.parse(question.deadlineAt), now, language)),
    ]),
    ...(imageKey ? [image(imageKey, texts.picture)] : []),
    markdown([...howTo, ...(options.transport === 'nothing' ? [texts.notListening(question.account)] : [])]),
    ...(hasButtons ? (code ? codeControls(question, texts) : browserControls(question, texts)) : []),
  ]);
}

type Button = (action: ButtonValue['action'], label: string, type: string) => Element;

function buttonsFor(question: Question): Button {
  return (action, label, type) =>
    callbackButton(label, type, { keyturn: 1, action, question: question.id, nonce: question.nonce });
}

function browserControls(question: Question, texts: CardTexts): Element[] {
  const button = buttonsFor(question);
  return [
    button('ready', texts.open, 'primary_filled'),
    row([button('snooze', texts.snooze, 'default'), button('decline', texts.skip, 'default')]),
    ...(question.canBeDoubted ? [button('not-a-check', texts.notACheck, 'text')] : []),
  ];
}

/** Feishu accepts a form only at the root of a card. */
function codeControls(question: Question, texts: CardTexts): Element[] {
  const button = buttonsFor(question);
  const { code } = question;
  const form: Element = {
    tag: 'form',
    name: 'code_form',
    elements: [
      {
        tag: 'input',
        name: 'code',
        required: true,
        width: 'fill',
        placeholder: { tag: 'plain_text', content: texts.codeField(code?.digits) },
      },
      { ...button('code', texts.codeSubmit, 'primary_filled'), name: 'submit', form_action_type: 'submit' },
    ],
  };
  const others = [
    ...(code?.canResend ? [button('resend', texts.resend, 'default')] : []),
    button('ready', texts.open, 'default'),
    button('decline', texts.skip, 'default'),
  ];
  return [form, row(others), ...(question.canBeDoubted ? [button('not-a-check', texts.notACheck, 'text')] : [])];
}

/** The card of a question that has ended: who answered and what happens next, without buttons. */
export function settledCard(
  question: Question,
  end: QuestionEnd | { readonly kind: 'asked-again' },
  options: CardOptions,
): Card {
  const texts = cardTexts(options.language);
  return card(endColor(end.kind), title(question, texts), [
    markdown([
      // A question asked again: the older card gives the reason.
      ...(end.kind === 'asked-again' && question.code?.note ? [texts.codeNote(question.code.note, question.code)] : []),
      endText(question, end, texts, options),
      ...facts(question, texts, options),
    ]),
  ]);
}

export function noticeCard(notice: Notice, options: Pick<CardOptions, 'language'>): Card {
  const texts = cardTexts(options.language);
  const color = { success: 'green', warning: 'yellow', failure: 'red' } as const;
  return card(color[notice.level], notice.title, [
    markdown([
      `${texts.account} ${escaped(notice.account)} · ${texts.site} ${escaped(notice.siteTitle)}`,
      ...notice.lines.map(markdownOf),
    ]),
  ]);
}

export function testCard(state: 'waiting' | 'done' | 'over', value: ButtonValue, language?: Language): Card {
  const texts = cardTexts(language);
  if (state === 'waiting') {
    return card('blue', texts.testTitle, [
      markdown([texts.testBody]),
      callbackButton(texts.testButton, 'primary_filled', value),
    ]);
  }
  return card(state === 'done' ? 'green' : 'grey', texts.testTitle, [
    markdown([state === 'done' ? texts.testDone : texts.testOver]),
  ]);
}

/** A line that says how the question ended; also sent as the response to a reply in the chat. */
export function endText(
  question: Pick<Question, 'account'>,
  end: QuestionEnd | { readonly kind: 'asked-again' },
  texts: CardTexts,
  { now, language }: CardOptions,
): string {
  switch (end.kind) {
    case 'ready':
      return texts.endReady(texts.via[end.via] ?? end.via);
    case 'declined':
      return texts.endDeclined(texts.via[end.via] ?? end.via);
    case 'snoozed':
      return texts.endSnoozed(texts.via[end.via] ?? end.via, localTime(Date.parse(end.until), now, language));
    case 'code':
      return texts.endCode(texts.via[end.via] ?? end.via);
    case 'resend':
      return texts.endResend(texts.via[end.via] ?? end.via);
    case 'not-a-check':
      return texts.endNotACheck(texts.via[end.via] ?? end.via);
    case 'unanswered':
      return texts.endUnanswered(question.account);
    case 'resolved-elsewhere':
      return texts.endElsewhere;
    case 'asked-again':
      return texts.endAskedAgain;
  }
}

function endColor(kind: QuestionEnd['kind'] | 'asked-again'): Color {
  if (kind === 'ready' || kind === 'code') return 'green';
  return kind === 'snoozed' ? 'blue' : 'grey';
}

function title(question: Question, texts: CardTexts): string {
  return texts.questionTitle(question.siteTitle, texts.wanted[question.kind]);
}

function facts(question: Question, texts: CardTexts, { now, language }: CardOptions): string[] {
  const expiresAt = question.keyExpiresAt ? Date.parse(question.keyExpiresAt) : NaN;
  const until = localTime(expiresAt || 0, now, language);
  const key = Number.isNaN(expiresAt)
    ? texts.keyUnknown
    : expiresAt > now
      ? texts.keyWorksFor(spanText(expiresAt - now, language), until)
      : texts.keyDead(until);
  return [
    `**${texts.account}** ${escaped(question.account)}`,
    `**${texts.what}** ${escaped(redactText(describeSeen(question, language ?? 'zh'), [question.nonce]))}`,
    key,
  ];
}

function card(color: Color, heading: string, elements: Element[]): Card {
  const title = truncate(oneLine(heading));
  return {
    schema: '2.0',
    // A forwarded question would give its live buttons to another person.
    config: { update_multi: true, enable_forward: false, summary: { content: title } },
    header: { template: color, title: { tag: 'plain_text', content: title } },
    body: { elements },
  };
}

function markdown(lines: readonly string[]): Element {
  const kept: string[] = [];
  let bytes = 0;
  for (const line of lines) {
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > maxMarkdownBytes) {
      kept.push('…');
      break;
    }
    kept.push(line);
  }
  return { tag: 'markdown', content: kept.join('\n') };
}

const image = (key: string, alt: string): Element => ({
  tag: 'img',
  img_key: key,
  alt: { tag: 'plain_text', content: alt },
});

const callbackButton = (label: string, type: string, value: ButtonValue): Element => ({
  tag: 'button',
  type,
  width: 'fill',
  text: { tag: 'plain_text', content: label },
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

function markdownOf(line: NoticeLine): string {
  if (typeof line === 'string') return escaped(line);
  if ('markdown' in line) return line.markdown;
  const command = line.command.includes('`') ? escaped(line.command) : `\`${oneLine(line.command)}\``;
  return line.label === undefined ? command : `${escaped(line.label)}: ${command}`;
}
