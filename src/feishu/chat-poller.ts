import { orAppError, type AppError } from '../lib/app-error.js';
import { feishuErrors } from './feishu-errors.js';
import type { Log } from '../lib/log.js';
import { pause } from '../lib/retry.js';
import type { FeishuClient } from './feishu-client.js';
import type { ListedMessage, MessageEvent, SentMessage } from './types.js';

export interface ChatPollerOptions {
  readonly client: Pick<FeishuClient, 'listMessages'>;
  readonly log: Log;
  /** The cards that may be answered. One of an unknown time does not count: no answer to it would be accepted. */
  readonly open: () => readonly SentMessage[];
  /** Called with the same message in every round while a question that it may answer is open. */
  readonly onMessage: (event: MessageEvent) => void;
  /** Called when Feishu refuses a request; polling has then ended. */
  readonly onChange?: () => void;
  readonly everyMs?: number;
}

/** Polls the direct chat for answers. A failed round is logged; a refusal ends the polling. */
export function startChatPolling({ client, log, open, onMessage, onChange, everyMs = 3000 }: ChatPollerOptions) {
  const closing = new AbortController();
  const state: { isUp: boolean; problem?: AppError } = { isUp: true };

  const round = async () => {
    const cards = open();
    const times = cards.flatMap(({ createdAtMs }) => createdAtMs ?? []);
    if (!cards[0] || times.length === 0) return;
    for (const message of await client.listMessages(cards[0].chatId, Math.min(...times), closing.signal)) {
      if (message.sender?.sender_type === 'user' && !message.deleted) onMessage(toMessageEvent(message));
    }
  };
  const run = async () => {
    for (;;) {
      const failed = await orAppError(round());
      closing.signal.throwIfAborted();
      if (failed) log.warn({ code: failed.code }, `the chat could not be read: ${failed.message}`);
      if (failed?.code === feishuErrors.refused.code || failed?.exitCode === 2) {
        Object.assign(state, { isUp: false, problem: failed });
        return onChange?.();
      }
      await pause(everyMs, closing.signal);
    }
  };
  void run().catch((error: unknown) => {
    if (!closing.signal.aborted) log.error({ err: error }, 'reading the chat ended by a bug');
  });
  return Object.assign(state, {
    whenUp: () => Promise.resolve(state.isUp),
    close: (): void => closing.abort(new Error('closed')),
  });
}

/** The chat is always private (`p2p`): it is the one that a message to the receiver's open_id created. */
export function toMessageEvent(listed: ListedMessage): MessageEvent {
  const { sender, msg_type, body } = listed;
  return {
    sender: {
      sender_id: sender?.id_type === 'open_id' ? { open_id: sender.id } : undefined,
      sender_type: sender?.sender_type,
    },
    message: { ...listed, chat_type: 'p2p', message_type: msg_type, content: body?.content },
  };
}
