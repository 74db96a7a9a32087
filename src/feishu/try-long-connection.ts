import { randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { appError } from '../errors/app-error.js';
import { feishuErrors } from '../errors/feishu-errors.js';
import { withDeadline } from '../lib/with-deadline.js';
import { adviceFor } from '../messages/feishu-advice.js';
import { feishuReasons } from '../messages/feishu-errors.js';
import type { Text } from '../messages/text.js';
import type { FeishuClient } from './feishu-client.js';
import { FailedRequest, toFailedRequest } from './feishu-failure.js';
import { cutAgent } from './feishu-agents.js';
import type { HttpConfig } from './sdk.js';

export interface TryConnectionOptions {
  readonly client: FeishuClient;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Whether to open the socket after requesting its address. */
  readonly opens: boolean;
}

/**
 * Checks whether a long connection can be opened, without keeping one: requests the address as the SDK does, opens the
 * WebSocket and closes it before the first ping. If Feishu sends an event in that instant, the event is not
 * acknowledged, so Feishu sends it again to another connection. Rejects with KT507 (or KT503, KT506) and the reason.
 */
export async function tryLongConnection(options: TryConnectionOptions): Promise<void> {
  const { client, signal, timeoutMs } = options;
  const address = await askAddress(client, signal, timeoutMs);
  if (!options.opens) return;
  const reason = await openSocket(address, await client.parts(), { signal, timeoutMs });
  if (reason !== undefined) throw appError(feishuErrors.noLongConnection, { reason });
}

async function askAddress(client: FeishuClient, signal: AbortSignal, timeoutMs: number): Promise<URL> {
  const { http, baseUrl } = await client.parts();
  const { appId, appSecret } = client.settings;
  const action = 'asking for the long connection';
  let answer: unknown;
  try {
    answer = await http.request({
      method: 'POST',
      url: `${baseUrl}/callback/ws/endpoint`,
      data: { AppID: appId, AppSecret: appSecret },
      headers: { locale: 'zh' },
      timeout: timeoutMs,
      signal,
    } as HttpConfig);
  } catch (error) {
    throw toFailedRequest(action, error, [appSecret]);
  }
  const { code, msg, data } = (answer ?? {}) as { code?: unknown; msg?: unknown; data?: { URL?: unknown } };
  if (typeof code === 'number' && code !== 0) {
    const said = typeof msg === 'string' ? msg.slice(0, 100) : '';
    throw appError(feishuErrors.noLongConnection, { reason: feishuReasons.refused(code, said, adviceFor(code)) });
  }
  if (code !== 0 || typeof data?.URL !== 'string' || !URL.canParse(data.URL)) {
    throw new FailedRequest('notFeishu', { action });
  }
  return new URL(data.URL);
}

/** @returns what went wrong; never the address, which contains a ticket */
function openSocket(
  address: URL,
  { agents }: Awaited<ReturnType<FeishuClient['parts']>>,
  options: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<Text | undefined> {
  const isSecure = address.protocol === 'wss:';
  const url = new URL(address.href.replace(/^ws/, 'http'));
  const agent = agents.createSocketAgent();
  const request = (isSecure ? httpsRequest : httpRequest)(url, {
    agent,
    signal: options.signal,
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': randomBytes(16).toString('base64'),
    },
  });
  const answered = new Promise<Text | undefined>((resolve) => {
    request.once('upgrade', (_response, socket) => {
      socket.destroy();
      resolve(undefined);
    });
    request.once('response', ({ statusCode = 0 }) => resolve(feishuReasons.socketRefused(statusCode)));
    request.once('error', (error: NodeJS.ErrnoException) =>
      resolve(feishuReasons.socketFailed(error.code ?? error.name)),
    );
    request.end();
  });
  const late = feishuReasons.socketSilent(Math.round(options.timeoutMs / 1000));
  return withDeadline(answered, options.timeoutMs, () => late).finally(() => {
    request.destroy();
    cutAgent(agent);
  });
}
