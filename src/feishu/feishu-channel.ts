import { AppError, orAppError } from '../lib/app-error.js';
import type { AskedQuestion, AskOptions } from '../core/owner-ports.js';
import type { Question, QuestionEnd } from '../core/question.js';
import type { Log } from '../lib/log.js';
import { pause } from '../lib/retry.js';
import { withDeadline } from '../lib/with-deadline.js';
import { createAnswers, type AnswersOptions } from './answers.js';
import { cardAsText } from './card-as-text.js';
import { questionCard, settledCard } from './cards.js';
import { startChatPolling } from './chat-poller.js';
import type { FeishuClient } from './feishu-client.js';
import { openLongConnection, type ConnectionTimes } from './long-connection.js';
import { OpenQuestions, type AskedEntry } from './open-questions.js';
import type { MessageEvent, SentMessage } from './types.js';

export type FeishuChannel = ReturnType<typeof createFeishuChannel>;

/** By default a page opens at this machine's desktop. */
export interface FeishuChannelOptions extends Partial<Pick<AnswersOptions, 'reach' | 'onLinkWanted' | 'now'>> {
  /** Closed by the caller, after the channel. */
  readonly client: FeishuClient;
  readonly log: Log;
  /** When the next run starts that reads the replies from before, if one is planned. */
  readonly nextRunAt?: () => Promise<number | undefined>;
  /** How long to wait for the connection before sending the card without it. */
  readonly connectGraceMs?: number;
  readonly uploadTimeoutMs?: number;
  /** How long to listen after the last question, for late presses. */
  readonly lingerMs?: number;
  /** Listens while no question is open, so that a press on an old card gets a response. */
  readonly staysOpen?: boolean;
  readonly closeTimeoutMs?: number;
  readonly connection?: ConnectionTimes;
  readonly pollMs?: number;
}

/** The response to a press must reach Feishu before the card update, else the response overwrites the update. */
const responseDelayMs = 300;
/** A cut connection is usually back at once: the cards do not flicker. */
const redrawDelayMs = 3000;

/**
 * Answers arrive over the long connection, or, with the setting `polling`, are read from the chat. One channel per
 * process, because Feishu sends each event to only one of an app's long connections.
 */
export function createFeishuChannel(options: FeishuChannelOptions) {
  const {
    client,
    log,
    reach = { way: 'desktop' },
    onLinkWanted = () => Promise.resolve(false),
    now = Date.now,
    connectGraceMs = 3000,
    uploadTimeoutMs = 8000,
    lingerMs = 1500,
    closeTimeoutMs = 5000,
  } = options;
  const { language, answers: way } = client.settings;
  const hasButtons = way !== 'polling';
  const questions = new OpenQuestions();
  const pending = new Set<Promise<unknown>>();
  /** The links that were sent. While a page is open, requests for a new one are heard. */
  const links: SentMessage[] = [];
  let listener: ReturnType<typeof startChatPolling> | ReturnType<typeof openLongConnection> | undefined;
  let lingering: NodeJS.Timeout | undefined;
  let redrawing: NodeJS.Timeout | undefined;

  /** Lets `close()` wait for the work. */
  const track = <T>(work: Promise<T>): Promise<T> => {
    const done = () => void pending.delete(work);
    pending.add(work);
    void work.then(done, done);
    return work;
  };
  /** A failure is only logged. */
  const inBackground = (what: string, work: () => Promise<unknown>) =>
    void track(work().catch((error: unknown) => log.warn({ err: error }, `${what} failed`)));
  const reply = (messageId: string, text: string) =>
    inBackground('replying in Feishu', () => client.replyText(messageId, text));
  const answers = createAnswers({ questions, settings: client.settings, reach, onLinkWanted, log, now, reply });

  const draw = (
    entry: AskedEntry,
    isListening: boolean,
    { imageKey = entry.sent?.imageKey, withButtons = hasButtons }: { imageKey?: string; withButtons?: boolean } = {},
  ) => {
    entry.saysListening = isListening;
    const options = { language, now: now(), imageKey, hasButtons: withButtons, isListening, reach };
    return questionCard(entry.question, options);
  };
  const redraw = (entry: AskedEntry, isListening: boolean) => {
    const { messageId } = entry.sent ?? {};
    if (messageId === undefined || entry.saysListening === isListening) return;
    inBackground('updating the card', () => client.updateCard(messageId, draw(entry, isListening)));
  };
  /** Updates the open cards, so that they say whether answers arrive. */
  const redrawSoon = () => {
    redrawing ??= setTimeout(() => {
      redrawing = undefined;
      for (const entry of questions.open) redraw(entry, listener?.isUp === true);
    }, redrawDelayMs);
  };
  const listen = () => {
    clearTimeout(lingering);
    const onMessage = (event: MessageEvent) =>
      inBackground('reading a message in Feishu', () => answers.message(event));
    const common = { client, log, onMessage, onChange: redrawSoon };
    const open = () => [...links, ...questions.open.flatMap(({ sent }) => sent ?? [])];
    return (listener ??= hasButtons
      ? openLongConnection({ ...common, ...options.connection, onPress: (event) => answers.press(event) })
      : startChatPolling({ ...common, open, everyMs: options.pollMs }));
  };
  const stopListening = () => {
    clearTimeout(lingering);
    clearTimeout(redrawing);
    redrawing = undefined;
    listener?.close();
    listener = undefined;
  };
  const stopWhenIdle = () => {
    if (options.staysOpen || links.length > 0 || questions.open.length > 0) return;
    clearTimeout(lingering);
    lingering = setTimeout(stopListening, lingerMs);
  };

  const upload = async (screenshot: Buffer | undefined, signal: AbortSignal) => {
    if (!screenshot) return undefined;
    const limited = AbortSignal.any([signal, AbortSignal.timeout(uploadTimeoutMs)]);
    const key = await orAppError(client.uploadImage(screenshot, limited));
    if (!(key instanceof AppError)) return key;
    if (!signal.aborted) log.warn({ code: key.code }, `the card goes out without its picture: ${key.message}`);
    return undefined;
  };
  /** A person who has just answered on a code's card is looking at it. Any other question is a new message, because a change notifies nobody. */
  const redrawInPlace = async (entry: AskedEntry, isListening: boolean, imageKey: string | undefined) => {
    const { code, message } = entry.question;
    const before = code?.note && message ? questions.find(message.messageId, undefined) : undefined;
    if (!message || !before?.end || !('via' in before.end) || before.end.via !== 'card') return undefined;
    await before.settling?.catch(() => undefined);
    const drawing = client.updateCard(message.messageId, draw(entry, isListening, { imageKey }));
    return drawing.then(() => message).catch(() => undefined);
  };
  const send = async (entry: AskedEntry, { screenshot, signal }: AskOptions) => {
    const live = listen();
    const [imageKey] = await Promise.all([upload(screenshot, signal), live.whenUp(connectGraceMs)]);
    signal.throwIfAborted();
    // Not cancelled by the signal: a card that may be in the chat must be known, so that it can be settled.
    const message =
      (await redrawInPlace(entry, live.isUp, imageKey)) ??
      (await client.sendCard(draw(entry, live.isUp, { imageKey }), {
        orText: () => cardAsText(draw(entry, live.isUp, { withButtons: false })),
      }));
    entry.sent = { ...message, imageKey };
    const { account, message: older } = entry.question;
    const { messageId } = message;
    log.info({ account, messageId, listening: entry.saysListening }, 'the question was sent to Feishu');
    redrawSoon();
    if (!older || older.messageId === messageId) return;
    const replaced = settledCard(entry.question, undefined, { language, now: now() });
    inBackground('replacing the older card', () => client.updateCard(older.messageId, replaced));
  };
  const ask = async (question: Question, asking: AskOptions): Promise<AskedQuestion> => {
    await client.signIn(asking.signal);
    asking.signal.throwIfAborted();
    const entry: AskedEntry = { question, onAnswer: asking.onAnswer };
    questions.add(entry);
    try {
      await (entry.sending = send(entry, asking));
      return askedQuestion(entry);
    } catch (error) {
      questions.remove(entry);
      stopWhenIdle();
      throw error;
    }
  };

  const askedQuestion = (entry: AskedEntry): AskedQuestion => ({
    message: entry.sent,
    settle: (end) => settle(entry, end),
    leave: (isReplaced) => {
      if (entry.end) return;
      questions.remove(entry);
      if (!isReplaced) redraw(entry, false);
    },
  });

  /** A later run acts on a reply only if the chat can be read, and if the reply can mean more than “not now”. */
  const nextReading = async ({ question, sent }: AskedEntry): Promise<number | undefined> => {
    if (question.code || reach.way === 'ssh' || sent?.createdAtMs === undefined) return undefined;
    const { chatId, createdAtMs } = sent;
    const nextRunAt = await options.nextRunAt?.().catch(() => undefined);
    if (!nextRunAt) return undefined;
    const reading = client.listMessages(chatId, createdAtMs, AbortSignal.timeout(uploadTimeoutMs));
    return reading.then(() => nextRunAt).catch(() => undefined);
  };

  const settle = (entry: AskedEntry, end: QuestionEnd): Promise<void> => {
    entry.end = end;
    const drawEnd = async () => {
      const { messageId } = entry.sent ?? {};
      if (messageId === undefined) return;
      await pause(Math.max(0, (entry.acknowledgedAt ?? 0) + responseDelayMs - Date.now()));
      const nextRunAt = end.kind === 'unanswered' ? await nextReading(entry) : undefined;
      await client.updateCard(messageId, settledCard(entry.question, end, { language, now: now(), nextRunAt }));
    };
    inBackground('replacing the answered card', () => (entry.settling = drawEnd()));
    stopWhenIdle();
    return Promise.resolve();
  };

  const adopt = (question: Question, { onAnswer }: Pick<AskOptions, 'onAnswer'>): AskedQuestion => {
    const entry: AskedEntry = { question, onAnswer, sent: question.message };
    questions.add(entry);
    listen();
    // The card may still say that answers do not arrive.
    redrawSoon();
    return askedQuestion(entry);
  };

  /** Finished work can start more work: a card that was sent late is settled right after. */
  const allDone = async () => {
    while (pending.size > 0) {
      await Promise.allSettled(pending);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  return {
    via: 'card' as const,
    ask: (question: Question, asking: AskOptions) => track(ask(question, asking)),
    adopt,
    /** A link to an open page was sent: hears from now on when the owner wants a new one. */
    linkSent: (message: SentMessage) => {
      links.push(message);
      listen();
    },
    /** Listens for answers now, even if no question is open. */
    listen: () => void listen(),
    /** Waits up to `closeTimeoutMs` for requests in flight, then stops listening. Never rejects. */
    close: async () => {
      await withDeadline(allDone(), closeTimeoutMs, () => undefined);
      stopListening();
    },
  };
}
