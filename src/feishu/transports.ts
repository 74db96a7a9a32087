import type { AppError } from '../errors/app-error.js';
import type { Log } from '../lib/log.js';
import { startChatPolling, type ChatPoller } from './chat-poller.js';
import type { FeishuClient } from './feishu-client.js';
import { openLongConnection, type LongConnection, type LongConnectionOptions } from './long-connection.js';
import type { ChatReaction, MessageEvent, PolledMessage, PressEvent, Transport } from './types.js';

export interface TransportsOptions {
  readonly client: FeishuClient;
  readonly log: Log;
  readonly connection?: Pick<LongConnectionOptions, 'readyTimeoutMs' | 'livenessTimeoutMs' | 'backoffMs'>;
  readonly polling?: { readonly everyMs?: number; readonly watchMs?: number };
  readonly open: () => readonly PolledMessage[];
  readonly onPress: (event: PressEvent) => Promise<object>;
  readonly onMessage: (event: MessageEvent) => void;
  readonly onReaction: (reaction: ChatReaction) => void;
  readonly onChange: (transport: Transport) => void;
}

/** The transports that deliver answers, chosen by the setting `feishu.answers`. */
export interface Transports {
  readonly transport: Transport;
  readonly problem: AppError | undefined;
  /** Waits up to `timeoutMs` for the connection, if one is used, then returns the current transport. */
  settle(timeoutMs: number): Promise<Transport>;
  /** Call after sending a question: polling then starts its next round at once. */
  questionSent(): void;
  close(): void;
}

const pollMs = 3000;
/** How often to compare the chat with what the connection delivered. */
const compareMs = 15_000;
/** An event that is this late is treated as lost. */
const lateMs = 5000;
const lossDelayMs = 4000;

/**
 * Feishu sends each event to only one of an app's connections, so a connection that is up may receive nothing. In the
 * mode `auto` the chat is therefore also read at long intervals. If a reply is found there that the connection did not
 * deliver, polling takes over.
 */
export function openTransports(options: TransportsOptions): Transports {
  const { client, log, onChange } = options;
  const mode = client.settings.answers ?? 'auto';
  const { everyMs = pollMs, watchMs = compareMs } = options.polling ?? {};
  const delivered = new Set<string>();
  let connection: LongConnection | undefined;
  let poller: ChatPoller | undefined;
  let hasMissed = false;
  let isRefused = false;
  let problem: AppError | undefined;
  let last: Transport | undefined;
  let isClosed = false;
  let hasSettled = false;

  const now = (): Transport => {
    if (connection?.isConnected && !hasMissed) return 'connection';
    if (mode !== 'connection' && !isRefused) return 'polling';
    return connection?.isConnected ? 'connection' : 'nothing';
  };
  let lossTimer: NodeJS.Timeout | undefined;
  const changed = () => {
    if (isClosed || !hasSettled) return;
    // A cut connection is usually back at once. Wait before reporting the loss, so that the card does not flicker.
    if (last === 'connection' && now() !== last && !hasMissed) lossTimer ??= setTimeout(change, lossDelayMs);
    else change();
  };
  const change = () => {
    clearTimeout(lossTimer);
    lossTimer = undefined;
    const transport = now();
    if (isClosed || transport === last) return;
    last = transport;
    log.info({ listening: transport }, 'how answers from Feishu arrive');
    if (transport === 'polling') poller?.pollNow();
    onChange(transport);
  };

  if (mode !== 'polling') {
    const live = openLongConnection({
      ...options.connection,
      client,
      log,
      onPress: options.onPress,
      onMessage: (event) => {
        const id = event.message?.message_id;
        if (id !== undefined) delivered.add(id);
        options.onMessage(event);
      },
      onChange: changed,
    });
    connection = live;
  }

  /** When each message was first found in the chat, by the local clock. */
  const firstSeen = new Map<string, number>();
  const missed = (event: MessageEvent): boolean => {
    const id = event.message?.message_id;
    if (!connection?.isConnected || hasMissed || id === undefined || delivered.has(id)) return false;
    return Date.now() - (firstSeen.get(id) ?? Date.now()) >= lateMs;
  };
  if (mode !== 'connection') {
    poller = startChatPolling({
      client,
      log,
      open: options.open,
      onReaction: options.onReaction,
      onMessage: (event) => {
        const id = event.message?.message_id;
        if (id !== undefined && !firstSeen.has(id)) firstSeen.set(id, Date.now());
        // While the connection delivers, wait for its event, so that an answer does not arrive twice.
        const isLate = missed(event);
        if (isLate) {
          hasMissed = true;
          log.warn({}, 'a reply came by the chat and not by the long connection: another program may hold one');
          changed();
        }
        if (now() === 'polling') options.onMessage(event);
      },
      everyMs: () => {
        const isAwaiting = [...firstSeen.keys()].some((id) => !delivered.has(id));
        return now() === 'polling' ? everyMs : isAwaiting ? Math.min(watchMs, lateMs) : watchMs;
      },
      onRefused: (refusal) => {
        isRefused = true;
        problem = refusal;
        changed();
      },
    });
  }

  return {
    get transport() {
      return now();
    },
    get problem() {
      return problem ?? connection?.problem;
    },
    settle: async (timeoutMs) => {
      await connection?.whenConnected(timeoutMs);
      hasSettled = true;
      last = now();
      return last;
    },
    questionSent: () => {
      if (now() === 'polling') poller?.pollNow();
    },
    close: () => {
      isClosed = true;
      clearTimeout(lossTimer);
      connection?.close();
      poller?.close();
    },
  };
}
