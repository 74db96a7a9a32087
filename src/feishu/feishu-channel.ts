import { AppError } from '../errors/app-error.js';
import type { AnswerChannel, AskedQuestion, AskOptions, QuestionEnd } from '../core/owner-ports.js';
import type { Question } from '../core/question.js';
import type { Log } from '../lib/log.js';
import { pause } from '../lib/retry.js';
import { withDeadline } from '../lib/with-deadline.js';
import { Answers } from './answers.js';
import { questionCard, settledCard } from './cards.js';
import type { FeishuClient } from './feishu-client.js';
import { AskedEntry, OpenQuestions } from './open-questions.js';
import { openTransports, type Transports, type TransportsOptions } from './transports.js';
import type { Transport } from './types.js';

/** One channel per process, because Feishu sends each event to only one of an app's long connections. */
export interface FeishuChannel extends AnswerChannel {
  readonly via: 'card';
  adopt(question: Question, options: Pick<AskOptions, 'onAnswer'>): AskedQuestion;
  /** Starts the transports now, even if no question is open. */
  listen(): void;
  /** Waits up to `closeTimeoutMs` for requests in flight, then closes the transports. Never rejects. */
  close(): Promise<void>;
}

export interface FeishuChannelOptions {
  /** Closed by the caller, after the channel. */
  readonly client: FeishuClient;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now?: () => number;
  /** How long to wait for the connection before sending the card without it. */
  readonly connectGraceMs?: number;
  readonly uploadTimeoutMs?: number;
  /** How long the connection stays open after the last question, for late presses. */
  readonly lingerMs?: number;
  /** Keeps the connection while no question is open, so that a press on an old card gets a response. */
  readonly staysOpen?: boolean;
  readonly closeTimeoutMs?: number;
  readonly connection?: TransportsOptions['connection'];
  readonly polling?: TransportsOptions['polling'];
}

/** The response to a press must reach Feishu before the card update, else the response overwrites the update. */
const responseDelayMs = 300;

export function createFeishuChannel(options: FeishuChannelOptions): FeishuChannel {
  const {
    client,
    log,
    now = Date.now,
    connectGraceMs = 3000,
    uploadTimeoutMs = 8000,
    lingerMs = 1500,
    closeTimeoutMs = 5000,
  } = options;
  const { language, receiver } = client.settings;
  const questions = new OpenQuestions();
  const pending = new Set<Promise<void>>();
  let transports: Transports | undefined;
  let lingering: NodeJS.Timeout | undefined;

  /** Lets `close()` wait for the work. */
  const track = <T>(work: Promise<T>): Promise<T> => {
    const job = work.then(
      () => undefined,
      () => undefined,
    );
    pending.add(job);
    void job.finally(() => pending.delete(job));
    return work;
  };
  /** A failure is only logged. */
  const inBackground = (what: string, work: () => Promise<unknown>) =>
    void track(work().catch((error: unknown) => log.warn({ err: error }, `${what} failed`)));
  const answers = new Answers({
    questions,
    receiver,
    language,
    log,
    now,
    reply: (messageId, text) => inBackground('replying in Feishu', () => client.replyText(messageId, text)),
  });
  /** Updates the open cards, so that they offer only what works. */
  const redraw = (transport: Transport) => {
    for (const entry of questions.open) {
      const { sent, draw } = entry;
      if (sent && draw) inBackground('updating the card', () => client.updateCard(sent.messageId, draw(transport)));
    }
  };
  const connect = () => {
    clearTimeout(lingering);
    return (transports ??= openTransports({
      client,
      log,
      connection: options.connection,
      polling: options.polling,
      open: () => questions.open.flatMap(({ sent }) => sent ?? []),
      onPress: (event) => answers.press(event),
      onMessage: (event) => inBackground('reading a message in Feishu', () => answers.message(event)),
      onChange: redraw,
    }));
  };
  const disconnect = () => {
    clearTimeout(lingering);
    transports?.close();
    transports = undefined;
  };
  const disconnectWhenIdle = () => {
    if (options.staysOpen || questions.open.length > 0) return;
    clearTimeout(lingering);
    lingering = setTimeout(disconnect, lingerMs);
  };

  const upload = async (screenshot: Buffer | undefined, signal: AbortSignal) => {
    if (!screenshot) return undefined;
    try {
      return await client.uploadImage(screenshot, AbortSignal.any([signal, AbortSignal.timeout(uploadTimeoutMs)]));
    } catch (error) {
      if (signal.aborted || !(error instanceof AppError)) throw error;
      log.warn({ code: error.code }, `the card goes out without its picture: ${error.message}`);
      return undefined;
    }
  };

  const ask = async (question: Question, { screenshot, onAnswer, signal }: AskOptions): Promise<AskedQuestion> => {
    await client.signIn(signal);
    signal.throwIfAborted();
    const entry = new AskedEntry(question, onAnswer, receiver);
    questions.add(entry);
    try {
      const live = connect();
      const [imageKey, transport] = await Promise.all([upload(screenshot, signal), live.settle(connectGraceMs)]);
      signal.throwIfAborted();
      entry.draw = (current) => questionCard(question, { language, now: now(), imageKey, transport: current });
      // Not cancelled by the signal: a card that may be in the chat must be known, so that it can be settled.
      const sent = await client.sendCard(entry.draw(transport));
      entry.markSent(sent);
      live.questionSent();
      log.info(
        { account: question.account, messageId: sent.messageId, listening: transport },
        'the question was sent to Feishu',
      );
      const older = question.message;
      if (older && older.messageId !== sent.messageId) {
        const replaced = settledCard(question, undefined, { language, now: now() });
        inBackground('replacing the older card', () => client.updateCard(older.messageId, replaced));
      }
      // The transport may have changed while the card was being sent.
      if (live.transport !== transport && !entry.end) redraw(live.transport);
      return askedQuestion(entry, { ...sent, ...(imageKey ? { imageKey } : {}) });
    } catch (error) {
      questions.remove(entry);
      disconnectWhenIdle();
      throw error;
    }
  };

  const askedQuestion = (entry: AskedEntry, message: Question['message']): AskedQuestion => ({
    message,
    settle: (end) => settle(entry, end),
    leave: (isReplaced) => leave(entry, isReplaced),
  });

  const settle = (entry: AskedEntry, end: QuestionEnd): Promise<void> => {
    entry.end = end;
    const messageId = entry.sent?.messageId;
    if (messageId !== undefined) {
      inBackground('replacing the answered card', async () => {
        const waitMs = (entry.acknowledgedAt ?? 0) + responseDelayMs - Date.now();
        if (waitMs > 0) await pause(waitMs);
        await client.updateCard(messageId, settledCard(entry.question, end, { language, now: now() }));
      });
    }
    disconnectWhenIdle();
    return Promise.resolve();
  };

  const adopt: FeishuChannel['adopt'] = (question, { onAnswer }) => {
    const entry = new AskedEntry(question, onAnswer, receiver);
    const { messageId = '', chatId = '', createdAtMs, imageKey } = question.message ?? {};
    entry.draw = (transport) => questionCard(question, { language, now: now(), imageKey, transport });
    entry.markSent({ messageId, chatId, createdAtMs });
    questions.add(entry);
    const live = connect();
    live.questionSent();
    // The card may still say that answers do not arrive.
    inBackground('updating the card', async () => {
      const transport = await live.settle(connectGraceMs);
      if (!entry.end && entry.draw) await client.updateCard(messageId, entry.draw(transport));
    });
    return askedQuestion(entry, question.message);
  };

  const leave = (entry: AskedEntry, isReplaced: boolean) => {
    const { sent, draw } = entry;
    if (entry.end) return;
    questions.remove(entry);
    if (isReplaced || !sent || !draw) return;
    inBackground('marking the card', () => client.updateCard(sent.messageId, draw('nothing')));
  };

  /** Finished work can start more work: a card that was sent late is settled right after. */
  const allDone = async () => {
    while (pending.size > 0) {
      await Promise.all(pending);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  return {
    via: 'card',
    ask: (question, asking) => track(ask(question, asking)),
    adopt,
    listen: () => void connect(),
    close: async () => {
      await withDeadline(allDone(), closeTimeoutMs, () => undefined);
      disconnect();
    },
  };
}
