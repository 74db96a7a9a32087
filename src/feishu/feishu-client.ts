import { randomUUID } from 'node:crypto';

import type { Log } from '../lib/log.js';
import { retry } from '../lib/retry.js';
import { feishuReasons, type FeishuAction } from '../messages/feishu-errors.js';
import { epochMs } from './epoch-ms.js';
import { FailedRequest, readAnswer, toFailedRequest } from './feishu-failure.js';
import { feishuBaseUrl, requireFeishuSettings, type FeishuSettings } from './feishu-settings.js';
import { createAgents, cutAgent, proxyFor, type Agents } from './feishu-agents.js';
import { sdkLogger } from './sdk-log.js';
import { loadFeishuSdk, type FeishuSdk, type SdkHttp, type SdkLogger, type SdkRequest } from './sdk.js';
import type { Card, ListedMessage, SentMessage } from './types.js';

/** One of the app's scopes; `grant_status` 1 means granted. */
interface GrantedScope {
  readonly scope_name?: unknown;
  readonly grant_status?: unknown;
  readonly scope_type?: unknown;
}

/** What a long connection needs. */
export interface FeishuParts {
  readonly sdk: FeishuSdk;
  readonly http: SdkHttp;
  readonly agents: Agents;
  readonly logger: SdkLogger;
  readonly baseUrl: string;
}

/**
 * Feishu's API for one app and one receiver. The SDK is loaded by the first call.
 * Every method rejects with an AppError (KT5xx) that contains only Feishu's code, text and log id.
 */
export interface FeishuClient {
  readonly settings: FeishuSettings;
  /** Fetches the tenant token unless one is cached, so that a wrong secret fails at once. */
  signIn(signal?: AbortSignal): Promise<void>;
  /** Sends a direct message to the receiver. */
  sendCard(card: Card, signal?: AbortSignal): Promise<SentMessage>;
  sendText(text: string, signal?: AbortSignal): Promise<SentMessage>;
  /** Sends a reply that quotes the message. */
  replyText(messageId: string, text: string, signal?: AbortSignal): Promise<SentMessage>;
  /** Replaces a card that this app sent. */
  updateCard(messageId: string, card: Card, signal?: AbortSignal): Promise<void>;
  /** @returns the picture's key, for a card */
  uploadImage(png: Buffer, signal?: AbortSignal): Promise<string>;
  /**
   * Messages in a chat since `sinceMs` (epoch milliseconds by Feishu's clock), oldest first. Needs a scope for reading
   * messages.
   */
  listMessages(chatId: string, sinceMs: number, signal?: AbortSignal): Promise<readonly ListedMessage[]>;
  /** Names of the scopes that the organisation has granted to the app. */
  listScopes(signal?: AbortSignal): Promise<readonly string[]>;
  /** Rejects when the app has no bot. `isActive` is undefined when Feishu does not say. */
  botState(signal?: AbortSignal): Promise<{ readonly isActive: boolean | undefined }>;
  parts(): Promise<FeishuParts>;
  /** Cancels requests in flight; later calls reject. */
  close(): void;
}

export interface FeishuClientOptions {
  readonly settings: FeishuSettings;
  readonly log: Log;
  /** The environment that proxy variables are read from. */
  readonly env?: NodeJS.ProcessEnv;
  /** Timeout of one request; the SDK itself has none. */
  readonly timeoutMs?: number;
  readonly retries?: number;
}

interface Loaded extends FeishuParts {
  readonly call: (action: FeishuAction, request: SdkRequest, signal?: AbortSignal) => Promise<unknown>;
  readonly signIn: () => Promise<void>;
}

export function createFeishuClient(options: FeishuClientOptions): FeishuClient {
  const { settings, log } = options;
  const closing = new AbortController();
  let loading: Promise<Loaded> | undefined;
  const loaded = () => (loading ??= load(options, closing.signal));

  const call = async (
    action: FeishuAction,
    request: SdkRequest,
    signal?: AbortSignal,
  ): Promise<Record<string, unknown>> => {
    const { call: send } = await loaded();
    const data = await withAppErrors(
      () =>
        retry(() => send(action, request, signal), {
          retries: options.retries ?? 2,
          minTimeoutMs: 300,
          maxTimeoutMs: 2000,
          maxRetryAfterMs: 5000,
          signal: signal ? AbortSignal.any([signal, closing.signal]) : closing.signal,
          isRetryable: (error) => error instanceof FailedRequest && error.isRetryable,
          onRetry: (error, attempt) =>
            log.info(
              { action, attempt, reason: error instanceof FailedRequest ? error.kind : 'unknown' },
              'asking again',
            ),
        }),
      action,
      signal,
    );
    return data !== null && typeof data === 'object' ? (data as Record<string, unknown>) : {};
  };

  const send = async (msgType: string, content: object, signal?: AbortSignal) =>
    toSentMessage(
      await call(
        'sending a message',
        {
          method: 'POST',
          url: '/open-apis/im/v1/messages',
          params: { receive_id_type: 'open_id' },
          // The uuid keeps a retried request from sending a second message.
          data: {
            receive_id: settings.receiver,
            msg_type: msgType,
            content: JSON.stringify(content),
            uuid: randomUUID(),
          },
        },
        signal,
      ),
    );

  return {
    settings,
    signIn: async (signal) => {
      signal?.throwIfAborted();
      await withAppErrors(async () => (await loaded()).signIn(), 'signing in');
    },
    sendCard: (card, signal) => send('interactive', card, signal),
    sendText: (text, signal) => send('text', { text }, signal),
    replyText: async (messageId, text, signal) =>
      toSentMessage(
        await call(
          'sending a reply',
          {
            method: 'POST',
            url: `/open-apis/im/v1/messages/${encodeURIComponent(messageId)}/reply`,
            data: { msg_type: 'text', content: JSON.stringify({ text }), uuid: randomUUID() },
          },
          signal,
        ),
      ),
    updateCard: async (messageId, card, signal) => {
      const url = `/open-apis/im/v1/messages/${encodeURIComponent(messageId)}`;
      await call('replacing a card', { method: 'PATCH', url, data: { content: JSON.stringify(card) } }, signal);
    },
    uploadImage: async (png, signal) => {
      const request: SdkRequest = {
        method: 'POST',
        url: '/open-apis/im/v1/images',
        data: { image_type: 'message', image: png },
        headers: { 'Content-Type': 'multipart/form-data' },
      };
      const { image_key: key } = await call('uploading a picture', request, signal);
      if (typeof key !== 'string')
        throw new FailedRequest('not-feishu', { action: 'uploading a picture' }).toAppError();
      return key;
    },
    listMessages: async (chatId, sinceMs, signal) =>
      listAll<ListedMessage>(
        (pageToken) =>
          call(
            'reading the chat',
            {
              method: 'GET',
              url: '/open-apis/im/v1/messages',
              params: {
                container_id_type: 'chat',
                container_id: chatId,
                start_time: String(Math.floor(sinceMs / 1000)),
                sort_type: 'ByCreateTimeAsc',
                page_size: 50,
                ...(pageToken ? { page_token: pageToken } : {}),
              },
            },
            signal,
          ),
        mostPages,
      ),
    listScopes: async (signal) => {
      const request: SdkRequest = { method: 'GET', url: '/open-apis/application/v6/scopes' };
      const { scopes } = await call("reading the app's scopes", request, signal);
      if (!Array.isArray(scopes)) {
        throw new FailedRequest('not-feishu', { action: "reading the app's scopes" }).toAppError();
      }
      return (scopes as GrantedScope[])
        .filter((scope) => scope.grant_status === 1 && scope.scope_type !== 'user')
        .flatMap((scope) => (typeof scope.scope_name === 'string' ? [scope.scope_name] : []));
    },
    botState: async (signal) => {
      const { bot } = await call('reading the bot', { method: 'GET', url: '/open-apis/bot/v3/info' }, signal);
      const status = (bot as { activate_status?: unknown } | undefined)?.activate_status;
      // 2 is "enabled by the organisation"; every other value means that the bot is not in use.
      return { isActive: typeof status === 'number' ? status === 2 : undefined };
    },
    parts: loaded,
    close: () => {
      closing.abort(new FailedRequest('unreachable', { action: 'a request' }, feishuReasons.cancelled));
      void loading?.then(
        ({ agents }) => {
          cutAgent(agents.httpAgent);
          cutAgent(agents.httpsAgent);
        },
        () => undefined,
      );
    },
  };
}

const mostPages = 4;

async function listAll<T>(
  fetchPage: (pageToken: string | undefined) => Promise<Record<string, unknown>>,
  pages: number,
): Promise<readonly T[]> {
  const items: T[] = [];
  let pageToken: string | undefined;
  for (let page = 0; page < pages; page += 1) {
    const data = await fetchPage(pageToken);
    if (Array.isArray(data['items'])) items.push(...(data['items'] as T[]));
    pageToken = typeof data['page_token'] === 'string' ? data['page_token'] : undefined;
    if (data['has_more'] !== true || !pageToken) break;
  }
  return items;
}

async function load(options: FeishuClientOptions, closed: AbortSignal): Promise<Loaded> {
  const { settings, log, timeoutMs = 10_000 } = options;
  requireFeishuSettings(settings);
  const baseUrl = feishuBaseUrl(settings);
  const agents = await createAgents(baseUrl, proxyFor(baseUrl, settings.proxy, options.env ?? process.env));
  const sdk = loadFeishuSdk();
  const secrets = [settings.appSecret];
  const logger = sdkLogger(log, () => secrets);
  const { httpAgent, httpsAgent } = agents;
  const http = sdk.defaultHttpInstance.create({ timeout: timeoutMs, httpAgent, httpsAgent, proxy: false });
  http.interceptors.request.use((config) => ({
    ...config,
    // The SDK sets a timeout of 15 s on its long-connection request and passes no signal to any request.
    timeout: Math.min(config.timeout || timeoutMs, timeoutMs),
    signal: config.signal ? AbortSignal.any([config.signal, closed]) : closed,
  }));
  // Without this interceptor the SDK treats the whole response as the body.
  http.interceptors.response.use((response) =>
    response.config.$return_headers ? { data: response.data, headers: response.headers } : response.data,
  );
  // The SDK's default cache is shared by all clients of a process, even across domains.
  const cache = new sdk.DefaultCache();
  const client = new sdk.Client({
    appId: settings.appId,
    appSecret: settings.appSecret,
    domain: baseUrl,
    httpInstance: http,
    cache,
    logger,
    loggerLevel: sdk.LoggerLevel.warn,
  });

  let fetching: Promise<unknown> | undefined;
  const signIn = async () => {
    // Concurrent calls share one token request; the SDK would send one per call.
    fetching ??= client.tokenManager.getTenantAccessToken().finally(() => (fetching = undefined));
    try {
      await fetching;
    } catch (error) {
      throw toFailedRequest('signing in', error, secrets);
    }
  };
  const once = async (action: FeishuAction, request: SdkRequest, signal?: AbortSignal) => {
    await signIn();
    try {
      return readAnswer(action, await client.request({ ...request, signal }));
    } catch (error) {
      throw toFailedRequest(action, error, secrets);
    }
  };
  return {
    sdk,
    http,
    agents,
    logger,
    baseUrl,
    signIn,
    call: async (action, request, signal) => {
      try {
        return await once(action, request, signal);
      } catch (error) {
        if (!(error instanceof FailedRequest && error.needsNewToken)) throw error;
        cache.values.clear();
        return once(action, request, signal);
      }
    },
  };
}

async function withAppErrors<T>(work: () => Promise<T>, action: FeishuAction, signal?: AbortSignal): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // Take the reason from the signal: axios and p-retry report an abort differently.
    if (signal?.aborted) {
      const isLate = signal.reason instanceof Error && signal.reason.name === 'TimeoutError';
      throw new FailedRequest(
        'unreachable',
        { action },
        isLate ? feishuReasons.noAnswer : feishuReasons.cancelled,
      ).toAppError();
    }
    if (error instanceof FailedRequest) throw error.toAppError();
    throw error;
  }
}

function toSentMessage(data: Record<string, unknown>): SentMessage {
  const { message_id: messageId, chat_id: chatId, create_time: createdAt } = data;
  if (typeof messageId !== 'string' || typeof chatId !== 'string') {
    throw new FailedRequest('not-feishu', { action: 'sending a message' }).toAppError();
  }
  return { messageId, chatId, createdAtMs: epochMs(createdAt) };
}
