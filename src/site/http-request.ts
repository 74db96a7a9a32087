import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { addAbortSignal } from 'node:stream';
import type { SecureContext } from 'node:tls';
import type { Network } from '../lib/network.js';
import { openAgent } from '../lib/open-agent.js';
import { networkReason, networkTexts, orCode } from '../messages/network-reasons.js';
import { same, type Text } from '../messages/text.js';

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For the whole request, from the name look-up to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly network: Network;
  readonly signal?: AbortSignal;
  /** What to trust where the environment names no certificate authorities. Default: what Node trusts. */
  readonly secureContext?: SecureContext;
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
  /** It will be the same next time, until somebody changes what `why` names. */
  readonly lasts?: boolean;
}

const maxBodyBytes = 2 * 1024 * 1024;

/**
 * No redirects, no retries, and no keep-alive, because with a reused connection that the server has just closed, it
 * would be unknown whether a POST arrived. Uses node:http because that shows exactly when a request may have left.
 * Rejects only when the signal is aborted.
 */
export async function httpRequest(request: HttpRequest): Promise<Answered | Unanswered> {
  request.signal?.throwIfAborted();
  const { method, body, timeoutMs, secureContext } = request;
  const url = new URL(request.url);
  const { request: open } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  const { agent, proxy } = await openAgent(request.url, request.network);
  const headers: Record<string, string> = { connection: 'close', ...request.headers };
  if (body !== undefined) headers['content-length'] = String(Buffer.byteLength(body));
  const deadline = AbortSignal.timeout(Math.ceil(timeoutMs));
  const signal = request.signal ? AbortSignal.any([request.signal, deadline]) : deadline;
  const options = { method, headers, agent, signal, secureContext };
  const outgoing = open(url, options);
  let sent: 'no' | 'maybe' = 'no';
  let refusal: Pick<Unanswered, 'why' | 'lasts'> | undefined;

  // After the answer has begun, an error reaches the reader of its body, too.
  outgoing.on('error', () => undefined);
  outgoing.once('socket', (socket: Socket & { secureConnecting?: boolean }) => {
    const left = () => void (sent = 'maybe');
    if (socket.secureConnecting === true) socket.once('secureConnect', left);
    else if (socket.connecting) socket.once('connect', left);
    else left();
  });
  outgoing.once('proxyConnect', ({ statusCode }: { statusCode: number }) => {
    if (statusCode === 200) return;
    refusal = refusalOf(statusCode);
    outgoing.destroy(new Error('the proxy refused the connection'));
  });
  try {
    outgoing.end(body);
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    const { statusCode = 0, headers } = incoming;
    if (statusCode === 407) return { kind: 'unanswered', sent: 'no', ...refusalOf(statusCode) };
    return { kind: 'answered', status: statusCode, headers, text: await readBody(incoming, signal) };
  } catch (error) {
    request.signal?.throwIfAborted();
    if (refusal) return { kind: 'unanswered', sent: 'no', ...refusal };
    const late = networkTexts.noAnswerWithin(Math.round(timeoutMs / 1000));
    const reason = deadline.aborted ? { why: late } : reasonOf(error as Error, proxy !== undefined);
    return { kind: 'unanswered', sent, ...reason };
  } finally {
    outgoing.destroy();
  }
}

async function readBody(incoming: IncomingMessage, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of addAbortSignal(signal, incoming)) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > maxBodyBytes) throw coded('ERR_BUFFER_TOO_LARGE');
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

/** A proxy's answer instead of the server's: 408, 429 and 5xx may pass. */
function refusalOf(status: number): Pick<Unanswered, 'why' | 'lasts'> {
  if (status === 407) return orCode('PROXY_LOGIN');
  return { why: networkTexts.proxyRefused(status), lasts: status < 500 && status !== 408 && status !== 429 };
}

/** A proxy error may quote the proxy's address with its password, so only its code is reported. */
function reasonOf({ code, message }: NodeJS.ErrnoException, hasProxy: boolean): Pick<Unanswered, 'why' | 'lasts'> {
  // The library for SOCKS has no codes.
  if (hasProxy && /^socks.*(?:authentication|did not accept)/i.test(message)) return orCode('PROXY_LOGIN');
  if (code === undefined) return { why: hasProxy ? networkTexts.proxyFailed : same(message) };
  const { why, lasts } = orCode(code);
  return { why: hasProxy && networkReason(code) ? networkTexts.throughProxy(why) : why, lasts };
}
