import { AppError } from '../errors/app-error.js';
import { newNonce } from '../core/new-question.js';
import type { Log } from '../lib/log.js';
import { pause } from '../lib/retry.js';
import { withDeadline } from '../lib/with-deadline.js';
import { cardTexts as texts } from '../messages/cards.js';
import { testCard } from './cards.js';
import { epochMs } from './epoch-ms.js';
import type { FeishuClient } from './feishu-client.js';
import { openTransports, type Transports, type TransportsOptions } from './transports.js';
import type { ButtonValue, MessageEvent, PressEvent, SentMessage } from './types.js';
import { judgePress, judgeReply } from './who-may-answer.js';

export interface TestMessageOptions {
  readonly client: FeishuClient;
  readonly log: Log;
  /** How long to wait for the button. */
  readonly waitMs: number;
  readonly signal?: AbortSignal;
  /** Called after each step. At `sent`, ask the person to press the button. */
  readonly onStep?: (
    step:
      | 'signed-in'
      | 'connected'
      | 'not-connected'
      | 'sent'
      | 'sent-without-buttons'
      | 'answered'
      | 'answered-by-polling',
  ) => void;
  readonly connection?: TransportsOptions['connection'];
  readonly pollMs?: number;
}

/** What was measured. `advice` names the missing step in Feishu's console, as far as it can be determined. */
export interface TestMessageReport {
  readonly sent: boolean;
  readonly answered: boolean;
  /** The transport that delivered the answer. */
  readonly answeredBy?: 'connection' | 'polling';
  /** Whether the chat can be read, which polling needs; absent when it was not tried. */
  readonly canPoll?: boolean;
  readonly pollProblem?: string;
  readonly signInMs?: number;
  /** Absent when the long connection did not come up. */
  readonly connectMs?: number;
  readonly sendMs?: number;
  /** From sending the card to the answer. */
  readonly answerMs?: number;
  /** Presses by another person or in another message. */
  readonly refusedPresses: number;
  readonly problem?: AppError;
  readonly advice: readonly string[];
}

/** Sends a test card to the receiver and waits for an answer, over the same transports as a question. */
export async function sendTestMessage(options: TestMessageOptions): Promise<TestMessageReport> {
  const { client, log, onStep = () => undefined } = options;
  const { language = 'zh', receiver } = client.settings;
  const pollMs = options.pollMs ?? 2000;
  const value: ButtonValue = { keyturn: 1, action: 'test', question: 'test', nonce: newNonce() };
  const report: { -readonly [K in keyof TestMessageReport]: TestMessageReport[K] } = {
    sent: false,
    answered: false,
    refusedPresses: 0,
    advice: [],
  };
  const messageId = deferred<string>();
  const answered = deferred<'connection' | 'polling'>();
  const onPress = async (event: PressEvent): Promise<object> => {
    const sentId = await withDeadline(messageId.promise, 1500, () => undefined);
    const { nonce } = (event.action?.value ?? {}) as { nonce?: unknown };
    const press = { operatorOpenId: event.operator?.open_id, nonce, messageId: event.context?.open_message_id };
    const verdict = judgePress(press, openQuestion(sentId ?? ''), Date.now());
    if (!verdict.ok) {
      report.refusedPresses += 1;
      log.warn({ reason: verdict.reason }, 'a press of the test card was refused');
      return { toast: { type: 'error', content: texts.refusals[verdict.reason][language] } };
    }
    answered.resolve('connection');
    return {
      toast: { type: 'success', content: texts.testDone[language] },
      card: { type: 'raw', data: testCard('done', value, language) },
    };
  };

  let sent: SentMessage | undefined;
  const counted = new Set<string | undefined>();
  const onMessage = async ({ sender, message }: MessageEvent, by: 'connection' | 'polling'): Promise<void> => {
    // Delay the chat's copy, so that a working connection delivers first.
    if (by === 'polling' && report.connectMs !== undefined) await pause(2 * pollMs);
    if (!sent || counted.has(message?.message_id)) return;
    counted.add(message?.message_id);
    const reply = {
      senderOpenId: sender?.sender_id?.open_id,
      senderType: sender?.sender_type,
      chatType: message?.chat_type,
      createdAt: epochMs(message?.create_time),
      askedAt: sent.createdAtMs,
    };
    const verdict = judgeReply(reply, openQuestion(sent.messageId), Date.now());
    if (verdict.ok) answered.resolve(by);
    else if (verdict.reason !== 'older-message') report.refusedPresses += 1;
  };
  const openQuestion = (sentId: string) => ({
    receiver,
    nonce: value.nonce,
    messageId: sentId,
    deadlineAt: Infinity,
    isAnswered: false,
  });
  let startedAt = Date.now();
  const lap = () => {
    const tookMs = Date.now() - startedAt;
    startedAt = Date.now();
    return tookMs;
  };
  const { answers: mode = 'auto' } = client.settings;
  let transports: Transports | undefined;
  try {
    await client.signIn(options.signal);
    report.signInMs = lap();
    onStep('signed-in');
    transports = openTransports({
      client,
      log,
      connection: options.connection,
      polling: { everyMs: pollMs, watchMs: pollMs },
      open: () => (sent ? [sent] : []),
      onPress,
      onMessage: (event, by) => void onMessage(event, by),
    });
    const isConnected = (await transports.settle(options.connection?.readyTimeoutMs ?? 10_000)) === 'connection';
    if (isConnected) report.connectMs = lap();
    if (mode !== 'polling') onStep(isConnected ? 'connected' : 'not-connected');
    const connectionProblem = transports.problem;
    startedAt = Date.now();
    sent = await client.sendCard(testCard('waiting', value, language), options.signal);
    report.sent = true;
    report.sendMs = lap();
    messageId.resolve(sent.messageId);
    transports.questionSent();
    report.canPoll = mode === 'connection' ? undefined : await canRead(options, sent, report);
    if (!isConnected && !report.canPoll) report.problem = connectionProblem;
    onStep(isConnected ? 'sent' : 'sent-without-buttons');
    // Without a transport no answer can arrive, so do not wait.
    if (isConnected || report.canPoll) {
      const answer = withDeadline(answered.promise, options.waitMs, () => undefined, options.signal);
      // An interruption ends the wait like its deadline.
      const transport = await answer.catch(() => undefined);
      report.answered = transport !== undefined;
      report.answeredBy = transport;
    }
    if (report.answered) {
      report.answerMs = lap();
      onStep(report.answeredBy === 'polling' ? 'answered-by-polling' : 'answered');
      const done = testCard('done', value, language);
      if (report.answeredBy === 'polling') await client.updateCard(sent.messageId, done);
      // Let the response reach Feishu before the connection closes.
      await pause(300);
    } else {
      await client.updateCard(sent.messageId, testCard('over', value, language)).catch((error: unknown) => {
        log.warn({ err: error }, 'the test card could not be replaced');
      });
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    report.problem = error;
  } finally {
    transports?.close();
  }
  report.advice = adviceOf(report);
  return report;
}

/** Reads the chat once, to test whether polling works. */
async function canRead(
  { client, log, signal }: TestMessageOptions,
  { chatId, createdAtMs }: SentMessage,
  report: { pollProblem?: string },
): Promise<boolean> {
  try {
    await client.listMessages(chatId, createdAtMs ?? Date.now(), signal);
    return true;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    log.info({ code: error.code }, 'the chat cannot be read');
    report.pollProblem = error.message;
    return false;
  }
}

function adviceOf(report: TestMessageReport): string[] {
  if (report.answeredBy === 'connection') return [];
  if (report.answeredBy === 'polling') {
    return report.connectMs === undefined
      ? ['Answers arrive by reading the chat (replies, no buttons).']
      : [
          'The long connection is up but did not bring your answer; reading the chat did. Another program may hold a connection of the same app, or im.message.receive_v1 is not subscribed.',
        ];
  }
  if (!report.sent) return report.problem ? [report.problem.message, report.problem.hint] : [];
  if (report.connectMs === undefined && report.canPoll) {
    return ['The card was sent and the chat can be read, but no reply was found in it.'];
  }
  if (report.connectMs === undefined) {
    const polling = report.pollProblem ? [`Reading the chat instead does not work either: ${report.pollProblem}`] : [];
    return [
      ...polling,
      `The card was sent, but the long connection did not come up: ${report.problem?.message ?? 'no reason was given.'}`,
      'Check that this machine may open WebSocket connections to Feishu (feishu.proxy), that the app is a self-built one (企业自建应用), and that fewer than 50 clients of this app are connected.',
    ];
  }
  if (report.refusedPresses > 0) {
    return [
      'A button was pressed by somebody else than feishu.receiver, or in another message. Check that feishu.receiver is the open_id that this app sees for you.',
    ];
  }
  return [
    'The card was sent and the long connection is up, but no press arrived. If the button showed an error (200340), the card callback is not subscribed:',
    '1. 事件与回调 > 回调配置 (its own tab): choose 使用长连接接收回调 while this command runs, and add 卡片回传交互 (card.action.trigger, not the old one).',
    '2. 事件与回调 > 事件配置: choose 使用长连接接收事件 and add im.message.receive_v1 with the scope im:message.p2p_msg:readonly, for written replies.',
    '3. 版本管理与发布: create a version and publish it; nothing of this is in force before.',
    'If the button seemed to work, another program holds a long connection of the same app: Feishu sends each press to only one of them. Use an app of its own for keyturn.',
  ];
}

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}
