import { AppError } from '../lib/app-error.js';
import { newNonce } from '../core/new-question.js';
import type { Log } from '../lib/log.js';
import { pause } from '../lib/retry.js';
import { cardTexts as texts } from '../messages/cards.js';
import { testAdvice as advice } from '../messages/feishu-advice.js';
import type { Text } from '../messages/text.js';
import { pressResponse, testCard } from './cards.js';
import { startChatPolling } from './chat-poller.js';
import type { FeishuClient } from './feishu-client.js';
import { openLongConnection, type ConnectionTimes } from './long-connection.js';
import type { ButtonValue, MessageEvent, PressEvent, SentMessage } from './types.js';
import { judgePress, judgeReply } from './who-may-answer.js';

type Way = 'connection' | 'polling';

export interface TestMessageOptions {
  readonly client: FeishuClient;
  readonly log: Log;
  /** How long to wait for an answer. */
  readonly waitMs: number;
  readonly signal?: AbortSignal;
  /** Called when the card is in the chat: ask the person to answer. */
  readonly onSent?: (way: Way) => void;
  readonly connection?: ConnectionTimes;
  readonly pollMs?: number;
}

/** `advice` names the missing step in Feishu's console, as far as it can be determined. */
export interface TestMessageReport {
  readonly sent: boolean;
  /** Whether the long connection came up. */
  readonly connected: boolean;
  readonly answered: boolean;
  readonly answeredBy?: Way;
  /** Whether the chat can be read, which polling needs; absent when it was not tried. */
  readonly canPoll?: boolean;
  readonly problem?: AppError;
  readonly advice: readonly Text[];
}

/** Sends a test card to the receiver and waits for an answer, both ways unless the setting names one. */
export async function sendTestMessage(options: TestMessageOptions): Promise<TestMessageReport> {
  const { client, log, pollMs = 2000, signal } = options;
  const { answers = 'auto', language = 'zh', receiver } = client.settings;
  const value: ButtonValue = { keyturn: 1, action: 'test', question: 'test', nonce: newNonce() };
  const done = testCard('done', value, language);
  const waiting = new AbortController();
  let answeredBy: Way | undefined;
  let sent: SentMessage | undefined;
  let connection: ReturnType<typeof openLongConnection> | undefined;
  let chat: ReturnType<typeof startChatPolling> | undefined;

  const answer = (way?: Way) => {
    answeredBy ??= way;
    waiting.abort();
  };
  const open = (messageId = '') => {
    const card = { receiver, nonce: value.nonce, messageId, askedAt: sent?.createdAtMs };
    return { ...card, deadlineAt: Infinity, isAnswered: false };
  };
  const onPress = (event: PressEvent): Promise<object> => {
    const refusal = judgePress(event, open(event.context?.open_message_id), Date.now());
    if (refusal) return Promise.resolve(pressResponse('error', texts.refusals[refusal][language]));
    answer('connection');
    return Promise.resolve(pressResponse('success', texts.testDone[language], done));
  };
  const onMessage = (way: Way) => (event: MessageEvent) => {
    if (sent && !judgeReply(event, open(), Date.now())) answer(way);
  };
  const onListed = async (event: MessageEvent) => {
    // A working connection delivers first.
    if (connection?.isUp) await pause(2 * pollMs);
    onMessage('polling')(event);
  };
  const report = (problem: AppError | undefined, connected: boolean): TestMessageReport => {
    const facts = { sent: sent !== undefined, connected, answered: answeredBy !== undefined, answeredBy };
    const end = { ...facts, canPoll: chat?.isUp, problem };
    return { ...end, advice: adviceOf(end, connection?.problem, chat?.problem) };
  };
  try {
    await client.signIn(signal);
    if (answers !== 'polling') {
      const handlers = { onPress, onMessage: onMessage('connection') };
      connection = openLongConnection({ ...options.connection, client, log, ...handlers });
    }
    const isConnected = (await connection?.whenUp(options.connection?.readyTimeoutMs ?? 10_000)) === true;
    const problem = connection?.problem;
    const card = await client.sendCard(testCard('waiting', value, language), { signal });
    sent = card;
    // Without a transport no answer can arrive.
    const onChange = () => void (isConnected || answer());
    if (answers === 'connection') onChange();
    else {
      const listed = (event: MessageEvent) => void onListed(event);
      chat = startChatPolling({ client, log, open: () => [card], everyMs: pollMs, onMessage: listed, onChange });
    }
    options.onSent?.(isConnected ? 'connection' : 'polling');
    const ended = AbortSignal.any(signal ? [waiting.signal, signal] : [waiting.signal]);
    await pause(options.waitMs, ended).catch(() => undefined);
    // The response to a press must reach Feishu before the card update.
    if (answeredBy === 'connection') await pause(300);
    const replaced = client.updateCard(card.messageId, answeredBy ? done : testCard('over', value, language));
    await replaced.catch((error: unknown) => log.warn({ err: error }, 'the test card could not be replaced'));
    return report(isConnected || chat?.isUp ? undefined : (problem ?? chat?.problem), isConnected);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return report(error, false);
  } finally {
    connection?.close();
    chat?.close();
  }
}

function adviceOf(
  { sent, connected, answeredBy, canPoll, problem }: Omit<TestMessageReport, 'advice'>,
  connectionProblem: AppError | undefined,
  chatProblem: AppError | undefined,
): readonly Text[] {
  // The problem says itself what to do.
  if (answeredBy === 'connection' || !sent) return [];
  if (!connected) {
    if (answeredBy) return connectionProblem ? [connectionProblem.texts.message] : [];
    if (canPoll) return [advice.noReply];
    return [
      ...(chatProblem ? [advice.chatUnreadable(chatProblem.texts.message)] : []),
      advice.notConnected(problem?.texts.message ?? advice.noReason),
      advice.checkConnection,
    ];
  }
  return answeredBy ? [advice.otherProgram] : advice.noPress;
}
