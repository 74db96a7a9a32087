import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { BrowserContext, Page } from 'playwright';
import { appError } from '../errors/app-error.js';
import { takeoverErrors } from '../errors/takeover-errors.js';
import type { Log } from '../lib/log.js';
import type { ChallengeKind } from '../core/outcome.js';
import type { ViewerLanguage } from './choose-language.js';
import { LiveView } from './live-view.js';
import { OneTimeLink } from './one-time-link.js';
import type { TakeoverEnd } from './protocol.js';
import { requireSafeAddress } from './reachable-address.js';
import { startViewerServer } from './viewer-server.js';

export interface TakeoverOptions {
  /** The browser that needs its owner; it stays the caller's. */
  readonly session: { readonly page: Page; readonly context: BrowserContext };
  readonly account: string;
  readonly siteTitle: string;
  /** What the person is wanted for; `detail` is one line without secrets. */
  readonly why: { readonly kind: ChallengeKind; readonly detail: string };
  /** Where the tab may go: origins, or `https://*.example.com`. Frames inside it are not held. */
  readonly allowedOrigins: readonly string[];
  /** Where to listen; `127.0.0.1` when absent. Anything that others reach needs an https {@link publicUrl}. */
  readonly host?: string;
  /** 0 when absent: any free port. */
  readonly port?: number;
  /** How the phone reaches it. When absent the link is good on this machine alone. */
  readonly publicUrl?: string;
  /** Plain HTTP is accepted at a private address, e.g. on Tailscale. */
  readonly allowPrivateHttp?: boolean;
  /** `auto`, when absent: as the phone's browser asks for. */
  readonly language?: ViewerLanguage | 'auto';
  /** How long the link can be claimed, and how long the claimed view then lasts. 15 min when absent. */
  readonly ttlMs?: number;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now?: () => number;
  /** Aborting closes it. */
  readonly signal?: AbortSignal;
}

/** A page that shows one tab to its owner's phone and takes their touches and keys. Judges nothing: whoever watches the tab says when it is cleared. */
export interface Takeover {
  /** Good once, for 15 minutes; holds the token, so it belongs in a message to the owner and nowhere else. */
  readonly link: string;
  /** Where it listens, on {@link TakeoverOptions.host}; what a tunnel or a reverse proxy has to lead to. */
  readonly port: number;
  /** Resolves when somebody used the link. */
  readonly claimed: Promise<void>;
  /** Resolves once: cleared, given up, out of time, or closed (the page went away, {@link close}). Never rejects. */
  readonly ended: Promise<TakeoverEnd>;
  /** Calls back each time the person presses 完成 and wants the page to be looked at. The result stops that. */
  onDone(listener: () => void): () => void;
  /** A new link; the old one, and the viewer that used it, are refused from now on. */
  newLink(): string;
  /** The page is ready again: the viewer is told that it can be closed, and nothing opens any more. */
  resolved(message?: string): void;
  /** Lets go of the tab, which stays open, and stops listening. Never rejects. */
  close(): Promise<void>;
}

const defaultTtlMs = 15 * 60_000;
/** How long a viewer's phone may take to hear how it ended. */
const lastWordsMs = 300;

/**
 * Starts the takeover page. Rejects with KT701 to KT704 when the address would show it to others, KT705 when it cannot
 * listen, KT706 when the page is gone.
 */
export async function startTakeover(options: TakeoverOptions): Promise<Takeover> {
  const { session, log, now = () => Date.now(), host = '127.0.0.1', ttlMs = defaultTtlMs, signal } = options;
  signal?.throwIfAborted();
  const publicUrl = requireSafeAddress({ ...options, host });
  const link = new OneTimeLink({ ttlMs, now });
  const events = new EventEmitter<{ done: [] }>();
  const claimed = deferred<void>();
  const ended = deferred<TakeoverEnd>();
  let end: TakeoverEnd | undefined;
  let closing: Promise<void> | undefined;
  let expiry: NodeJS.Timeout | undefined;

  const view = new LiveView({
    context: session.context,
    page: session.page,
    allowedOrigins: options.allowedOrigins,
    hello: () => ({
      account: options.account,
      siteTitle: options.siteTitle,
      kind: options.why.kind,
      detail: options.why.detail,
      leftMs: link.leftMs,
    }),
    onDone: () => events.emit('done'),
    onGiveUp: () => finish('gave-up'),
    onPageGone: () => {
      view.notice('page-gone');
      finish('closed');
    },
    log,
    now,
  });

  function finish(how: TakeoverEnd, message?: string): void {
    if (end) return;
    end = how;
    clearTimeout(expiry);
    link.end();
    view.end(how, message);
    log.info({ how }, 'takeover: ended');
    ended.resolve(how);
  }

  /** By the clock that is given, which may have moved on while this process slept. */
  function watchExpiry(): void {
    clearTimeout(expiry);
    if (end) return;
    if (link.isExpired()) return finish('expired');
    expiry = setTimeout(watchExpiry, Math.min(link.leftMs, 60_000));
    expiry.unref();
  }

  try {
    await view.open();
  } catch (cause) {
    await view.close();
    throw session.page.isClosed() ? appError(takeoverErrors.pageGone, undefined, { cause }) : cause;
  }
  const server = await startViewerServer({
    host,
    port: options.port ?? 0,
    publicUrl,
    language: options.language ?? 'auto',
    link,
    id: randomBytes(4).toString('hex'),
    isOver: () => end !== undefined,
    onClaimed: () => {
      log.info({}, 'takeover: the link was used');
      watchExpiry();
      claimed.resolve();
    },
    onRefused: (why) => log.warn({ why }, 'takeover: a claim was refused'),
    onViewer: (socket) => view.connect(socket),
  }).catch(async (error: unknown) => {
    await view.close();
    throw error;
  });
  log.info({ host, port: server.port, publicUrl: publicUrl?.origin }, 'takeover: listening');

  const urlHost = host.includes(':') ? `[${host}]` : host;
  const base = publicUrl?.href ?? `http://${urlHost}:${server.port}/`;
  const issue = () => {
    const fresh = `${base}#${link.issue()}`;
    watchExpiry();
    return fresh;
  };
  let current = issue();
  const close = () => (closing ??= closeOnce());
  const onAbort = () => void close();
  signal?.addEventListener('abort', onAbort, { once: true });

  async function closeOnce(): Promise<void> {
    signal?.removeEventListener('abort', onAbort);
    const hadViewer = view.isWatched;
    const endedBefore = end !== undefined;
    finish('closed');
    await view.close().catch((error: unknown) => log.warn({ err: error }, 'takeover: letting go of the page failed'));
    if (hadViewer || endedBefore) await new Promise((resolve) => setTimeout(resolve, lastWordsMs));
    await server.close().catch((error: unknown) => log.warn({ err: error }, 'takeover: the server did not close well'));
  }

  return {
    get link() {
      return current;
    },
    port: server.port,
    claimed: claimed.promise,
    ended: ended.promise,
    onDone: (listener) => {
      events.on('done', listener);
      return () => void events.off('done', listener);
    },
    newLink: () => {
      view.end('new-link');
      return (current = issue());
    },
    resolved: (message) => finish('resolved', message),
    close,
  };
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}
