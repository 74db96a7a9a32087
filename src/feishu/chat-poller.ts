import { AppError } from '../errors/app-error.js';
import type { Log } from '../lib/log.js';
import { pause } from '../lib/retry.js';
import type { FeishuClient } from './feishu-client.js';
import type { ListedMessage, MessageEvent, SentMessage } from './types.js';

export interface ChatPollerOptions {
  readonly client: Pick<FeishuClient, 'listMessages'>;
  readonly log: Log;
  /** Messages whose chat is polled now. One of an unknown time does not count: no answer to it would be accepted. */
  readonly open: () => readonly SentMessage[];
  /** Called with the same message in every round while a question that it may answer is open. */
  readonly onMessage: (event: MessageEvent) => void;
  /** Called after each round: the wait until the next one. */
  readonly everyMs: () => number;
  /** Called when Feishu refuses a request; polling has then ended. */
  readonly onRefused: (problem: AppError) => void;
}

export type ChatPoller = ReturnType<typeof startChatPolling>;

/** Polls the chat for answers that arrive without an event. A failed round is logged; a refusal ends the polling. */
export function startChatPolling(options: ChatPollerOptions) {
  const { log, open, onRefused } = options;
  const closing = new AbortController();
  let waiting = new AbortController();

  const run = async () => {
    while (!closing.signal.aborted) {
      try {
        await round(options, open(), closing.signal);
      } catch (error) {
        if (closing.signal.aborted) return;
        if (!(error instanceof AppError)) throw error;
        log.warn({ code: error.code }, `the chat could not be read: ${error.message}`);
        if (error.code === 'KT505' || error.exitCode === 2) return onRefused(error);
      }
      waiting = new AbortController();
      await pause(options.everyMs(), AbortSignal.any([closing.signal, waiting.signal])).catch(() => undefined);
    }
  };
  void run().catch((error: unknown) => log.error({ err: error }, 'reading the chat ended by a bug'));
  return {
    pollNow: (): void => waiting.abort(),
    close: (): void => closing.abort(new Error('closed')),
  };
}

async function round(
  { client, onMessage }: ChatPollerOptions,
  open: readonly SentMessage[],
  signal: AbortSignal,
): Promise<void> {
  const chats = new Map<string, number>();
  for (const { chatId, createdAtMs } of open) {
    if (createdAtMs === undefined) continue;
    chats.set(chatId, Math.min(createdAtMs, chats.get(chatId) ?? Infinity));
  }
  for (const [chatId, sinceMs] of chats) {
    for (const message of await client.listMessages(chatId, sinceMs, signal)) {
      if (message.sender?.sender_type === 'user' && !message.deleted) onMessage(toMessageEvent(message));
    }
  }
}

/** The chat is always private (`p2p`): it is the one that a message to the receiver's open_id created. */
function toMessageEvent(listed: ListedMessage): MessageEvent {
  const { sender, msg_type, body } = listed;
  return {
    sender: {
      sender_id: sender?.id_type === 'open_id' ? { open_id: sender.id } : undefined,
      sender_type: sender?.sender_type,
    },
    message: { ...listed, chat_type: 'p2p', message_type: msg_type, content: body?.content },
  };
}
