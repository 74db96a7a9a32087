import { EventEmitter, once } from 'node:events';
import { AppError, appError, orAppError } from '../lib/app-error.js';
import { feishuErrors } from './feishu-errors.js';
import type { Log } from '../lib/log.js';
import { pause } from '../lib/retry.js';
import { withDeadline } from '../lib/with-deadline.js';
import { adviceFor } from '../messages/feishu-advice.js';
import { feishuReasons } from '../messages/feishu-errors.js';
import { inEach, same, type Text } from '../messages/text.js';
import type { FeishuClient } from './feishu-client.js';
import { cutAgent } from './cut-agent.js';
import type { HttpConfig } from './sdk.js';
import type { MessageEvent, PressEvent } from './types.js';

export interface ConnectionTimes {
  /** How long one attempt may take. */
  readonly readyTimeoutMs?: number;
  /** A socket that receives nothing for this long after a ping is dead. */
  readonly livenessTimeoutMs?: number;
  /** Waits between attempts; the last value repeats. */
  readonly backoffMs?: readonly number[];
}

interface LongConnectionOptions extends ConnectionTimes {
  readonly client: FeishuClient;
  readonly log: Log;
  /** Must resolve within 3 s, or the person sees an error. */
  readonly onPress: (event: PressEvent) => Promise<object>;
  readonly onMessage: (event: MessageEvent) => void;
  /** Called when the connection is up, and after each attempt or connection that has ended. */
  readonly onChange?: () => void;
}

export type LongConnection = ReturnType<typeof openLongConnection>;

const defaultBackoffMs = [500, 1000, 2000, 5000, 15_000, 30_000, 60_000];

/** Avoids the SDK's reconnect, which waits up to 30 s after a failed first attempt, then retries every 2 minutes. */
export function openLongConnection(options: LongConnectionOptions) {
  const { log, backoffMs = defaultBackoffMs } = options;
  const closing = new AbortController();
  const events = new EventEmitter();
  /** `problem`: why the last attempt failed; undefined while connected. */
  const state: { isUp: boolean; problem?: AppError } = { isUp: false };
  let isHopeless = false;

  const changed = () => {
    events.emit('change');
    if (!closing.signal.aborted) options.onChange?.();
  };
  const cameUp = () => {
    Object.assign(state, { isUp: true, problem: undefined });
    log.info({}, 'the long connection to Feishu is up');
    changed();
  };
  const run = async () => {
    for (let failures = 0; ; failures += 1) {
      const ended = await orAppError(attempt(options, closing.signal, cameUp));
      closing.signal.throwIfAborted();
      if (state.isUp) failures = 0;
      const problem = ended instanceof AppError ? ended : appError(feishuErrors.noLongConnection, { reason: ended });
      Object.assign(state, { isUp: false, problem });
      isHopeless = problem.exitCode === 2;
      log.warn({ code: problem.code, failures }, `the long connection to Feishu is down: ${problem.message}`);
      changed();
      if (isHopeless) return;
      await pause(backoffMs[Math.min(failures, backoffMs.length - 1)] ?? 1000, closing.signal);
    }
  };
  void run().catch((error: unknown) => {
    if (!closing.signal.aborted) log.error({ err: error }, 'the long connection to Feishu ended by a bug');
  });

  return Object.assign(state, {
    /** True when connected. False after the timeout, after `close()`, or when retrying cannot help. */
    whenUp: async (timeoutMs: number): Promise<boolean> => {
      const known = async () => {
        while (!state.isUp && !isHopeless && !closing.signal.aborted) await once(events, 'change');
      };
      await withDeadline(known(), timeoutMs, () => undefined);
      return state.isUp;
    },
    /** Closes at once in any state. Afterwards nothing keeps the process alive. */
    close: (): void => {
      state.isUp = false;
      closing.abort(new Error('closed'));
      changed();
    },
  });
}

/**
 * Opens a long connection and closes it at once. Rejects with the reason when none comes up. An event that arrives
 * meanwhile is refused, so that Feishu sends it again to another connection.
 */
export async function tryLongConnection(client: FeishuClient, readyTimeoutMs: number): Promise<void> {
  const refuse = () => {
    throw new Error('only a check');
  };
  const closing = new AbortController();
  const options = { client, readyTimeoutMs, onPress: refuse, onMessage: refuse };
  const reason = await attempt(options, closing.signal, () => closing.abort());
  if (!closing.signal.aborted) throw appError(feishuErrors.noLongConnection, { reason });
}

/** Runs one SDK client. Resolves with the reason for its end, after all its resources are released. */
async function attempt(
  options: Omit<LongConnectionOptions, 'log'>,
  signal: AbortSignal,
  onReady: () => void,
): Promise<Text> {
  const { client, readyTimeoutMs = 10_000, livenessTimeoutMs = 10_000 } = options;
  const { appId, appSecret } = client.settings;
  // A wrong secret fails here at once; the SDK would retry the connection for ever.
  await client.signIn(signal);
  const { sdk, http, openSocketAgent, redactor, logger, baseUrl } = await client.parts();
  const agent = await openSocketAgent();
  return new Promise((resolve) => {
    const requests = new AbortController();
    let firstError: Text | undefined;
    const end = (reason: Text) => {
      clearTimeout(deadline);
      clearInterval(poll);
      signal.removeEventListener('abort', cut);
      socket.close({ force: true });
      // close() does not cancel the address request or the upgrade; both would keep the process alive.
      requests.abort();
      cutAgent(agent);
      resolve(reason);
    };
    const cut = () => end(feishuReasons.connectionCut);
    /** Ends after the SDK's callback returns: the SDK then sets its next timer, and only a later close() clears it. */
    const endSoon = (reason: Text) => void setImmediate(() => end(reason));
    const socket = new sdk.WSClient({
      appId,
      appSecret,
      domain: baseUrl,
      httpInstance: { request: (config: HttpConfig) => http.request({ ...config, signal: requests.signal }) },
      agent,
      logger: {
        ...logger,
        // The first one says why, the later ones only that the connection failed.
        error: (...parts: unknown[]) => {
          const words = parts.flat(2).filter((part) => typeof part === 'string' && part !== '[ws]');
          firstError ??= reasonOf(redactor.foreign(words.join(' '), 200));
        },
      },
      autoReconnect: true,
      // In seconds.
      wsConfig: { pingTimeout: livenessTimeoutMs / 1000 },
      onReady: () => {
        if (requests.signal.aborted) return;
        clearTimeout(deadline);
        clearInterval(poll);
        onReady();
      },
      onError: (error: Error) => endSoon(reasonOf(redactor.foreign(error.message, 200))),
      onReconnecting: () => endSoon(feishuReasons.connectionCut),
    });
    const deadline = setTimeout(() => end(firstError ?? feishuReasons.notUp(readyTimeoutMs)), readyTimeoutMs);
    // The SDK calls nothing back when the first attempt fails; only the scheduled next attempt shows it.
    const poll = setInterval(() => {
      const hasFailed = socket.getConnectionStatus().nextConnectTime !== undefined;
      if (hasFailed) end(firstError ?? feishuReasons.noSocket);
    }, 50);
    signal.addEventListener('abort', cut);
    if (signal.aborted) return cut();

    const eventDispatcher = new sdk.EventDispatcher({ logger }).register({
      'card.action.trigger': options.onPress,
      'im.message.receive_v1': options.onMessage,
    });
    void socket.start({ eventDispatcher }).catch(cut);
  });
}

/** Feishu's code in what the SDK says of a failed connection, with what to do. Without a code it does not say why. */
function reasonOf(said: string): Text {
  const code = /code[:=] ?(\d+)/.exec(said)?.[1];
  if (code === undefined) return feishuReasons.noSocket;
  const advice = adviceFor(Number(code));
  return advice ? inEach((language) => `${said}. ${advice[language].replace(/[.。]$/, '')}`) : same(said);
}
