import { randomUUID } from 'node:crypto';

import { isPlainPublic } from '../lib/address-reach.js';
import { appError } from '../lib/app-error.js';
import type { Log } from '../lib/log.js';
import { openAgent } from '../lib/open-agent.js';
import { createRedactor } from '../lib/redactor.js';
import { retry } from '../lib/retry.js';
import { feishuReasons, plainHttp, type FeishuAction } from '../messages/feishu-errors.js';
import { epochMs } from './epoch-ms.js';
import { feishuErrors } from './feishu-errors.js';
import { FailedRequest, readAnswer, toFailedRequest } from './feishu-failure.js';
import { feishuBaseUrl, type FeishuSettings } from './feishu-settings.js';
import { cutAgent } from './cut-agent.js';
import { loadFeishuSdk, type SdkRequest } from './sdk.js';
import type { Card, ListedMessage, SentMessage } from './types.js';

export interface FeishuClientOptions {
  readonly settings: FeishuSettings;
  readonly log: Log;
  readonly env: NodeJS.ProcessEnv;
  /** Timeout of one request; the SDK itself has none. */
  readonly timeoutMs?: number;
  readonly retries?: number;
}

interface SendCardOptions {
  readonly signal?: AbortSignal;
  readonly orText?: () => string;
}

export type FeishuClient = ReturnType<typeof createFeishuClient>;

const mostAnswerBytes = 1024 * 1024;
const messagesUrl = '/open-apis/im/v1/messages';

/** The first call loads the SDK. Methods reject with an AppError (KT5xx) with only Feishu's code, text and log id. */
export function createFeishuClient(options: FeishuClientOptions) {
  const { settings, log, retries = 2 } = options;
  const closing = new AbortController();
  /** The messages that were sent as text in place of a card. */
  const texts = new Set<string>();
  let loading: ReturnType<typeof load> | undefined;
  const loaded = () => (loading ??= load(options, closing.signal));

  const call = async (action: FeishuAction, request: SdkRequest, signal?: AbortSignal) => {
    const { request: send } = await loaded();
    try {
      return await retry(() => send(action, request, signal), {
        retries,
        minTimeoutMs: 300,
        maxTimeoutMs: 2000,
        maxRetryAfterMs: 5000,
        signal: signal ? AbortSignal.any([signal, closing.signal]) : closing.signal,
        isRetryable: (error) => error instanceof FailedRequest && error.isRetryable,
        onRetry: (error, attempt) => log.info({ action, attempt, code: (error as FailedRequest).code }, 'asking again'),
      });
    } catch (error) {
      if (!signal?.aborted) throw error;
      // Take the reason from the signal: axios and p-retry report an abort differently.
      const isLate = signal.reason instanceof Error && signal.reason.name === 'TimeoutError';
      const reason = isLate ? feishuReasons.noAnswer : feishuReasons.cancelled;
      throw new FailedRequest('unreachable', { action, reason });
    }
  };

  const post = async (
    action: FeishuAction,
    to: Pick<SdkRequest, 'url' | 'params'>,
    message: object,
    signal?: AbortSignal,
  ): Promise<SentMessage> => {
    // The uuid keeps a retried request from sending a second message.
    const sent = await call(action, { ...to, method: 'POST', data: { ...message, uuid: randomUUID() } }, signal);
    const { message_id: messageId, chat_id: chatId, create_time: createdAt } = sent;
    if (typeof messageId !== 'string' || typeof chatId !== 'string') throw new FailedRequest('notFeishu', { action });
    return { messageId, chatId, createdAtMs: epochMs(createdAt) };
  };
  const send = (type: string, content: object, signal?: AbortSignal) => {
    const message = { receive_id: settings.receiver, msg_type: type, content: JSON.stringify(content) };
    return post('sending a message', { url: messagesUrl, params: { receive_id_type: 'open_id' } }, message, signal);
  };

  return {
    settings,
    /** Fetches the tenant token unless one is cached, so that a wrong secret fails at once. */
    signIn: async (signal?: AbortSignal): Promise<void> => {
      signal?.throwIfAborted();
      await (await loaded()).signIn();
    },
    /** `orText`: what to send where Feishu refuses the card itself. A text is not updated later. */
    sendCard: async (card: Card, { signal, orText }: SendCardOptions = {}): Promise<SentMessage> => {
      try {
        return await send('interactive', card, signal);
      } catch (error) {
        if (!orText || !(error instanceof FailedRequest) || !error.isRefusal) throw error;
        log.warn({ err: error }, 'Feishu refuses the card, so it is sent as text');
        const sent = await send('text', { text: orText() }, signal).catch(() => {
          // The app may send nothing at all, which the first answer describes better.
          throw error;
        });
        texts.add(sent.messageId);
        return sent;
      }
    },
    sendText: (text: string, signal?: AbortSignal) => send('text', { text }, signal),
    replyText: (messageId: string, text: string) => {
      const message = { msg_type: 'text', content: JSON.stringify({ text }) };
      return post('sending a reply', { url: `${messagesUrl}/${encodeURIComponent(messageId)}/reply` }, message);
    },
    updateCard: async (messageId: string, card: Card): Promise<void> => {
      if (texts.has(messageId)) return;
      const url = `${messagesUrl}/${encodeURIComponent(messageId)}`;
      await call('replacing a card', { method: 'PATCH', url, data: { content: JSON.stringify(card) } });
    },
    /** @returns the picture's key, for a card */
    uploadImage: async (png: Buffer, signal?: AbortSignal): Promise<string> => {
      const action = 'uploading a picture';
      const request: SdkRequest = {
        method: 'POST',
        url: '/open-apis/im/v1/images',
        data: { image_type: 'message', image: png },
        headers: { 'Content-Type': 'multipart/form-data' },
      };
      const { image_key: key } = await call(action, request, signal);
      if (typeof key !== 'string') throw new FailedRequest('notFeishu', { action });
      return key;
    },
    /** The newest 50 since `sinceMs` (epoch milliseconds by Feishu's clock), oldest first. Needs a scope of its own. */
    listMessages: async (chatId: string, sinceMs: number, signal?: AbortSignal): Promise<readonly ListedMessage[]> => {
      const params = {
        container_id_type: 'chat',
        container_id: chatId,
        start_time: String(Math.floor(sinceMs / 1000)),
        sort_type: 'ByCreateTimeDesc',
        page_size: 50,
      };
      const { items } = await call('reading the chat', { method: 'GET', url: messagesUrl, params }, signal);
      return Array.isArray(items) ? (items as ListedMessage[]).reverse() : [];
    },
    /** Names of the scopes that the organisation has granted to the app. */
    listScopes: async (signal?: AbortSignal): Promise<readonly string[]> => {
      const action = "reading the app's scopes";
      const { scopes } = await call(action, { method: 'GET', url: '/open-apis/application/v6/scopes' }, signal);
      if (!Array.isArray(scopes)) throw new FailedRequest('notFeishu', { action });
      return (scopes as { scope_name?: unknown; grant_status?: unknown; scope_type?: unknown }[])
        .filter((scope) => scope.grant_status === 1 && scope.scope_type !== 'user')
        .flatMap((scope) => (typeof scope.scope_name === 'string' ? [scope.scope_name] : []));
    },
    /** Rejects when the app has no bot. `isActive` is undefined when Feishu does not say. */
    botState: async (signal?: AbortSignal): Promise<{ readonly isActive: boolean | undefined }> => {
      const { bot } = await call('reading the bot', { method: 'GET', url: '/open-apis/bot/v3/info' }, signal);
      const status = (bot as { activate_status?: unknown } | undefined)?.activate_status;
      // 2 is "enabled by the organisation"; every other value means that the bot is not in use.
      return { isActive: typeof status === 'number' ? status === 2 : undefined };
    },
    parts: loaded,
    /** Cancels requests in flight; later calls reject. */
    close: (): void => {
      closing.abort(new FailedRequest('unreachable', { action: 'a request', reason: feishuReasons.cancelled }));
      void loading?.then(({ agent }) => cutAgent(agent)).catch(() => undefined);
    },
  };
}

async function load({ settings, env, timeoutMs = 10_000 }: FeishuClientOptions, closed: AbortSignal) {
  const { appId, appSecret, allowHttp } = settings;
  const baseUrl = feishuBaseUrl(settings);
  if (isPlainPublic(baseUrl) && !allowHttp) {
    const next = 'keyturn config set feishu.domain feishu';
    throw appError(feishuErrors.badSettings, { problems: [plainHttp(baseUrl)], next });
  }
  // For one attempt of the long connection: the SDK's WebSocket ignores the proxy variables.
  const openSocketAgent = async () => (await openAgent(baseUrl, { env }, { isTunnel: true })).agent;
  const { agent } = await openAgent(baseUrl, { env }, { keepAlive: true });
  const sdk = loadFeishuSdk();
  const redactor = createRedactor([appSecret]);
  // The SDK logs whole axios errors, with the app secret and tokens in them. What matters is in the errors thrown here.
  const nothing = () => undefined;
  const logger = { error: nothing, warn: nothing, info: nothing, debug: nothing, trace: nothing };
  const transport = { httpAgent: agent, httpsAgent: agent, proxy: false };
  // Feishu's answers are small, and it redirects nothing.
  const limits = { maxContentLength: mostAnswerBytes, maxRedirects: 0 };
  const http = sdk.defaultHttpInstance.create({ ...limits, ...transport });
  http.interceptors.request.use((config) => {
    // The SDK passes no signal to any request. The timeout of axios is one of silence: a server that sends a byte now
    // and then would never reach it.
    const signals = [closed, AbortSignal.timeout(timeoutMs), ...(config.signal ? [config.signal] : [])];
    return { ...config, timeout: 0, signal: AbortSignal.any(signals) };
  });
  // Without this interceptor the SDK treats the whole response as the body.
  http.interceptors.response.use((response) => response.data);
  // The SDK's default cache is shared by all clients of a process, even across domains.
  const cache = new sdk.DefaultCache();
  const client = new sdk.Client({ appId, appSecret, domain: baseUrl, httpInstance: http, cache, logger });

  let fetching: Promise<unknown> | undefined;
  const signIn = async () => {
    // Concurrent calls share one token request; the SDK would send one per call.
    fetching ??= client.tokenManager.getTenantAccessToken().finally(() => (fetching = undefined));
    await fetching.catch((error: unknown) => {
      throw toFailedRequest('signing in', error, redactor);
    });
  };
  const request = async (action: FeishuAction, wanted: SdkRequest, signal?: AbortSignal, hasNewToken = false) => {
    await signIn();
    try {
      return readAnswer(action, await client.request({ ...wanted, signal }), redactor);
    } catch (error) {
      const failed = toFailedRequest(action, error, redactor);
      if (hasNewToken || !failed.needsNewToken) throw failed;
      cache.values.clear();
      return request(action, wanted, signal, true);
    }
  };
  return { sdk, http, agent, openSocketAgent, redactor, logger, baseUrl, signIn, request };
}
