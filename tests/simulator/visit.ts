import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RequestLogEntry } from './console-types.js';
import type { ConsoleSession, ConsoleState } from './console-state.js';

/** The data of a request while it is being answered. */
export interface Visit {
  readonly cookies: ReadonlyMap<string, string>;
  readonly session?: ConsoleSession;
  readonly entry: { -readonly [K in keyof RequestLogEntry]: RequestLogEntry[K] };
}

const visits = new WeakMap<FastifyRequest, Visit>();

export function visitOf(request: FastifyRequest): Visit {
  const visit = visits.get(request);
  if (!visit) throw new Error('the request was not registered by beginVisit');
  return visit;
}

/** Reads the cookies and the session, and logs the request. The logged status is 0 until the answer is sent. */
export function beginVisit(state: ConsoleState, request: FastifyRequest): void {
  const cookies = readCookies(request.headers.cookie ?? '');
  const session = state.session(headerOf(request, 'x-auth-token') ?? cookies.get('BXAuth'));
  const isDocument = request.headers['sec-fetch-mode'] === 'navigate';
  const pageToken = headerOf(request, 'bx-ua')?.split('!')[0] ?? '';
  const entry: Visit['entry'] = {
    method: request.method,
    path: request.url.split('?')[0] ?? '/',
    at: new Date(state.clock.now()).toISOString(),
    status: 0,
    by: isDocument || state.isPageToken(pageToken) ? 'page' : 'replay',
    phone: session?.phone,
  };
  visits.set(request, { cookies, session, entry });
  state.log.push(entry);
}

export function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Adds a cookie to the answer and keeps the cookies that are already set. */
export function setCookie(reply: FastifyReply, cookie: string): void {
  const before = reply.getHeader('set-cookie');
  reply.header(
    'set-cookie',
    [...(Array.isArray(before) ? before : before ? [String(before)] : []), cookie].map(String),
  );
}

function readCookies(header: string): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const part of header.split(';')) {
    const at = part.indexOf('=');
    if (at > 0) cookies.set(part.slice(0, at).trim(), part.slice(at + 1).trim());
  }
  return cookies;
}
