import type { Agent, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { networkReasons, networkTexts } from '../messages/failures.js';
import { same, type Text } from '../messages/text.js';

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For the whole request, from the name look-up to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly proxy?: string;
  readonly signal?: AbortSignal;
}

export interface Answered {
  readonly kind: 'answered';
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Unanswered {
  readonly kind: 'unanswered';
  /** `no`: the connection was never made, so the server has seen nothing. */
  readonly sent: 'no' | 'maybe';
  /** A phrase for messages; it never contains a proxy's address. */
  readonly why: Text;
}

const maxBodyBytes = 2 * 1024 * 1024;

/**
 * No redirects, no retries, and no keep-alive, because with a reused connection that the server has just closed, it
 * would be unknown whether a POST arrived. Uses node:http because that shows exactly when a request may have left.
 * Rejects only when the signal is aborted.
 */
export async function httpRequest(request: HttpRequest): Promise<Answered | Unanswered> {
  request.signal?.throwIfAborted();
  const url = new URL(request.url);
  const { request: open } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  const agent =
    request.proxy === undefined
      ? undefined
      : await (await import('./proxy-agent.js')).openProxyAgent(request.proxy, url.protocol);

  return new Promise((resolve, reject) => {
    let sent: 'no' | 'maybe' = 'no';
    let hadDeadline = false;
    const headers: Record<string, string> = { connection: 'close', ...request.headers };
    if (request.body !== undefined) headers['content-length'] = String(Buffer.byteLength(request.body));
    const outgoing = open(url, { method: request.method, headers, agent: agent ?? false, signal: request.signal });
    // Call `fail` directly: a request that is destroyed after its response event emits no further event.
    const deadline = setTimeout(() => {
      hadDeadline = true;
      outgoing.destroy();
      fail(new Error('the deadline passed'));
    }, request.timeoutMs);
    const settle = (result: Answered | Unanswered) => {
      clearTimeout(deadline);
      resolve(result);
    };
    const fail = (error: NodeJS.ErrnoException) => {
      clearTimeout(deadline);
      if (request.signal?.aborted) {
        reject(request.signal.reason instanceof Error ? request.signal.reason : error);
        return;
      }
      const late = networkTexts.noAnswerWithin(Math.round(request.timeoutMs / 1000));
      resolve({ kind: 'unanswered', sent, why: hadDeadline ? late : inWords(error, agent) });
    };

    outgoing.once('socket', (socket: Socket & { secureConnecting?: boolean }) => {
      const left = () => void (sent = 'maybe');
      if (socket.secureConnecting === true) socket.once('secureConnect', left);
      else if (socket.connecting) socket.once('connect', left);
      else left();
    });
    outgoing.once('proxyConnect', ({ statusCode }: { statusCode: number }) => {
      if (statusCode === 200) return;
      outgoing.destroy();
      settle({ kind: 'unanswered', sent: 'no', why: networkTexts.proxyRefused(statusCode) });
    });
    outgoing.once('error', fail);
    outgoing.once('response', (incoming) => {
      readBody(incoming).then((text) => {
        if (incoming.statusCode === 407) {
          settle({ kind: 'unanswered', sent: 'no', why: networkTexts.proxyCredentials });
        } else {
          settle({ kind: 'answered', status: incoming.statusCode ?? 0, headers: incoming.headers, text });
        }
      }, fail);
    });
    outgoing.end(request.body);
  });
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > maxBodyBytes) {
      incoming.destroy();
      throw coded('ERR_BUFFER_TOO_LARGE');
    }
  }
  if (!incoming.complete) throw coded('CUT_SHORT');
  const body = Buffer.concat(chunks);
  // Requests do not ask for compression, but some servers compress every answer.
  const encoding = incoming.headers['content-encoding']?.trim().toLowerCase() || 'identity';
  if (encoding === 'identity' || size === 0) return body.toString('utf8');
  const zlib = await import('node:zlib');
  const decode = { gzip: zlib.gunzipSync, br: zlib.brotliDecompressSync, deflate: zlib.inflateSync }[encoding];
  if (!decode) throw coded('UNKNOWN_ENCODING');
  return decode(body, { maxOutputLength: maxBodyBytes }).toString('utf8');
}

const coded = (code: string) => Object.assign(new Error(code), { code });

/** A proxy error may quote the proxy's address with its password, so only its code is reported. */
function inWords(error: NodeJS.ErrnoException, agent: Agent | undefined): Text {
  const known = error.code === undefined ? undefined : networkReasons[error.code];
  if (known) return agent ? networkTexts.throughProxy(known) : known;
  if (error.code === undefined && agent) return networkTexts.proxyFailed;
  return same(error.code ?? error.message);
}
