import { EventEmitter, once } from 'node:events';
import { AppError, appError } from '../errors/app-error.js';
import { feishuErrors } from '../errors/feishu-errors.js';
import type { Log } from '../lib/log.js';
import { createRedactor } from '../lib/redactor.js';
import { pause } from '../lib/retry.js';
import { withDeadline } from '../lib/with-deadline.js';
import { feishuReasons } from '../messages/feishu-errors.js';
import { resultTexts } from '../messages/results.js';
import { same, type Text } from '../messages/text.js';
import type { FeishuClient, FeishuParts } from './feishu-client.js';
import { cutAgent } from './feishu-agents.js';
import type { HttpConfig } from './sdk.js';
import type { MessageEvent, PressEvent } from './types.js';

export interface LongConnectionOptions {
  readonly client: FeishuClient;
  readonly log: Log;
  /** Must resolve within 3 s, or the person sees an error. */
  readonly onPress: (event: PressEvent) => Promise<object>;
  readonly onMessage: (event: MessageEvent) => void;
  readonly onChange?: () => void;
  /** How long one attempt may take. */
  readonly readyTimeoutMs?: number;
  /** A socket that receives nothing for this long after a ping is dead. */
  readonly livenessTimeoutMs?: number;
  /** Waits between attempts; the last value repeats. */
  readonly backoffMs?: readonly number[];
}

export type LongConnection = ReturnType<typeof openLongConnection>;

const defaultBackoffMs = [500, 1000, 2000, 5000, 15_000, 30_000, 60_000];
const watchMs = 5000;
/** A timer that fires this late means that the machine slept: the socket is dead, although no event says so. */
const sleptMs = 20_000;

/** Avoids the SDK's reconnect, which waits up to 30 s after a failed first attempt, then retries every 2 minutes. */
export function openLongConnection(options: LongConnectionOptions) {
  const { client, log, backoffMs = defaultBackoffMs } = options;
  const closing = new AbortController();
  const events = new EventEmitter();
  let isConnected = false;
  let isHopeless = false;
  let problem: AppError | undefined;
  let endAttempt: (reason: Text) => void = () => undefined;

  const changed = () => {
    events.emit('change');
    if (!closing.signal.aborted) options.onChange?.();
  };
  const run = async () => {
    let failures = 0;
    while (!closing.signal.aborted) {
      try {
        // A wrong secret fails here at once; the SDK would retry the connection for ever.
        await client.signIn(closing.signal);
        const startedAt = Date.now();
        const end = await attempt(options, await client.parts(), closing.signal, {
          onReady: () => {
            failures = 0;
            isConnected = true;
            problem = undefined;
            log.info({ tookMs: Date.now() - startedAt }, 'the long connection to Feishu is up');
            changed();
          },
          setEnd: (end) => (endAttempt = end),
        });
        problem = appError(feishuErrors.noLongConnection, { reason: end });
      } catch (error) {
        const isBug = !(error instanceof AppError);
        if (isBug) log.error({ err: error }, 'the long connection to Feishu ended by a bug');
        problem = isBug ? appError(feishuErrors.noLongConnection, { reason: resultTexts.unforeseen }) : error;
        isHopeless = isBug || error.exitCode === 2;
      }
      isConnected = false;
      if (closing.signal.aborted) break;
      log.warn({ code: problem.code, failures }, `the long connection to Feishu is down: ${problem.message}`);
      changed();
      if (isHopeless) return;
      await pause(backoffMs[Math.min(failures, backoffMs.length - 1)] ?? 1000, closing.signal);
      failures += 1;
    }
  };
  // A wait that the closing cuts short rejects.
  void run().catch(() => undefined);

  let lastTickAt = Date.now();
  const watch = setInterval(() => {
    if (Date.now() - lastTickAt > watchMs + sleptMs) endAttempt(feishuReasons.slept);
    lastTickAt = Date.now();
  }, watchMs);
  watch.unref();

  return {
    get isConnected(): boolean {
      return isConnected;
    },
    /** Why the last attempt failed; undefined while connected. */
    get problem(): AppError | undefined {
      return problem;
    },
    /** True when connected. False after the timeout, after `close()`, or when retrying cannot help. */
    whenConnected: async (timeoutMs: number): Promise<boolean> => {
      const known = async () => {
        while (!isConnected && !isHopeless && !closing.signal.aborted) await once(events, 'change');
      };
      await withDeadline(known(), timeoutMs, () => undefined);
      return isConnected;
    },
    /** Closes at once in any state. Afterwards nothing keeps the process alive. */
    close: (): void => {
      if (closing.signal.aborted) return;
      isConnected = false;
      clearInterval(watch);
      closing.abort(new Error('closed'));
      endAttempt(feishuReasons.closed);
      changed();
    },
  };
}

/** Runs one SDK client. Resolves with the reason for its end, after all its resources are released. */
function attempt(
  options: LongConnectionOptions,
  { sdk, http, agents, logger, baseUrl }: FeishuParts,
  closed: AbortSignal,
  hooks: { onReady: () => void; setEnd: (end: (reason: Text) => void) => void },
): Promise<Text> {
  const { client, log, readyTimeoutMs = 10_000, livenessTimeoutMs = 10_000 } = options;
  const { appId, appSecret } = client.settings;
  const redactor = createRedactor([appSecret]);
  return new Promise((resolve) => {
    const requests = new AbortController();
    const agent = agents.createSocketAgent();
    let lastError = '';
    let hasEnded = false;
    const end = (reason: Text) => {
      if (hasEnded) return;
      hasEnded = true;
      clearTimeout(deadline);
      clearInterval(poll);
      socket.close({ force: true });
      // close() does not cancel the address request or the upgrade; both would keep the process alive.
      requests.abort();
      cutAgent(agent);
      resolve(reason);
    };
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
        error: (...parts: unknown[]) => {
          const words = parts.flat(2).filter((part) => typeof part === 'string' && part !== '[ws]');
          lastError = redactor.foreign(words.join(' '), 200);
          logger.debug(...parts);
        },
      },
      loggerLevel: sdk.LoggerLevel.warn,
      autoReconnect: true,
      handshakeTimeoutMs: readyTimeoutMs,
      // In seconds.
      wsConfig: { pingTimeout: livenessTimeoutMs / 1000 },
      onReady: () => {
        if (hasEnded) return;
        clearTimeout(deadline);
        clearInterval(poll);
        hooks.onReady();
      },
      onError: (error: Error) => endSoon(same(redactor.foreign(error.message, 200))),
      onReconnecting: () => endSoon(feishuReasons.connectionCut),
      onReconnected: () => undefined,
    });
    const deadline = setTimeout(
      () => end(lastError ? same(lastError) : feishuReasons.notUp(readyTimeoutMs)),
      readyTimeoutMs,
    );
    // The SDK calls nothing back when the first attempt fails; only the scheduled next attempt shows it.
    const poll = setInterval(() => {
      if (socket.getConnectionStatus().nextConnectTime !== undefined)
        end(lastError ? same(lastError) : feishuReasons.firstFailed);
    }, 50);
    hooks.setEnd(end);
    if (closed.aborted) return end(feishuReasons.closed);

    const dispatcher = new sdk.EventDispatcher({ logger, loggerLevel: sdk.LoggerLevel.warn }).register({
      'card.action.trigger': (event: PressEvent) => options.onPress(event),
      'im.message.receive_v1': (event: MessageEvent) => {
        options.onMessage(event);
        return {};
      },
    });
    void socket.start({ eventDispatcher: dispatcher }).catch((error: unknown) => {
      log.debug({ err: error }, 'the SDK could not start the long connection');
      end(feishuReasons.sdkFailed);
    });
  });
}
