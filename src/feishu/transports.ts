import type { AppError } from '../errors/app-error.js';
import type { Log } from '../lib/log.js';
import { startChatPolling, type ChatPoller, type ChatPollerOptions } from './chat-poller.js';
import type { FeishuClient } from './feishu-client.js';
import { openLongConnection, type LongConnection, type LongConnectionOptions } from './long-connection.js';
import type { MessageEvent, PressEvent, Transport } from './types.js';

export interface TransportsOptions {
  readonly client: FeishuClient;
  readonly log: Log;
  readonly connection?: Pick<LongConnectionOptions, 'readyTimeoutMs' | 'livenessTimeoutMs' | 'backoffMs'>;
  readonly polling?: { readonly everyMs?: number; readonly watchMs?: number };
  readonly open: ChatPollerOptions['open'];
  readonly onPress: (event: PressEvent) => Promise<object>;
  readonly onMessage: (event: MessageEvent, by: 'connection' | 'polling') => void;
  readonly onChange?: (transport: Transport) => void;
}

export type Transports = ReturnType<typeof openTransports>;

const pollMs = 3000;
/** How often to read the chat beside a connection, which brings most answers. */
const besideConnectionMs = 15_000;
const lossDelayMs = 4000;

/**
 * Feishu sends each event to only one of an app's connections, so a connection that is up may receive nothing. The mode
 * `auto` therefore reads the chat too. A message that arrives both ways has the same id, and counts once.
 */
export function openTransports(options: TransportsOptions) {
  const { client, log, onChange } = options;
  const mode = client.settings.answers ?? 'auto';
  const { everyMs = pollMs, watchMs = besideConnectionMs } = options.polling ?? {};
  let connection: LongConnection | undefined;
  let poller: ChatPoller | undefined;
  let isRefused = false;
  let problem: AppError | undefined;
  let last: Transport | undefined;
  let isClosed = false;
  let hasSettled = false;

  const now = (): Transport => {
    if (connection?.isConnected) return 'connection';
    return mode !== 'connection' && !isRefused ? 'polling' : 'nothing';
  };
  let lossTimer: NodeJS.Timeout | undefined;
  const changed = () => {
    if (isClosed || !hasSettled) return;
    // A cut connection is usually back at once. Wait before reporting the loss, so that the card does not flicker.
    if (last === 'connection' && now() !== last) lossTimer ??= setTimeout(change, lossDelayMs);
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
    onChange?.(transport);
  };

  if (mode !== 'polling') {
    const { onPress } = options;
    const onMessage = (event: MessageEvent) => options.onMessage(event, 'connection');
    connection = openLongConnection({ ...options.connection, client, log, onPress, onMessage, onChange: changed });
  }
  if (mode !== 'connection') {
    poller = startChatPolling({
      client,
      log,
      open: options.open,
      onMessage: (event) => options.onMessage(event, 'polling'),
      everyMs: () => (now() === 'polling' ? everyMs : watchMs),
      onRefused: (refusal) => {
        isRefused = true;
        problem = refusal;
        changed();
      },
    });
  }

  return {
    get transport(): Transport {
      return now();
    },
    get problem(): AppError | undefined {
      return problem ?? connection?.problem;
    },
    /** Waits up to `timeoutMs` for the connection, if one is used, then returns the current transport. */
    settle: async (timeoutMs: number): Promise<Transport> => {
      await connection?.whenConnected(timeoutMs);
      hasSettled = true;
      last = now();
      return last;
    },
    /** Call after sending a question: polling then starts its next round at once. */
    questionSent: (): void => {
      if (now() === 'polling') poller?.pollNow();
    },
    close: (): void => {
      isClosed = true;
      clearTimeout(lossTimer);
      connection?.close();
      poller?.close();
    },
  };
}
