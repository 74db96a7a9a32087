import type { Page } from 'playwright';
import { appError } from '../lib/app-error.js';
import { takeoverErrors } from './takeover-errors.js';
import { forwardOnly } from '../lib/clock.js';
import type { Log } from '../lib/log.js';
import { pause } from '../lib/retry.js';
import { withDeadline } from '../lib/with-deadline.js';
import type { ChallengeKind } from '../core/outcome.js';
import type { Language } from '../messages/text.js';
import { LiveView } from './live-view.js';
import { OneTimeLink } from './one-time-link.js';
import type { TakeoverEnd } from './protocol.js';
import { requireSafeAddress, type AddressOptions } from './reachable-address.js';
import { pageId, pageSocket } from './page-socket.js';
import { startViewerServer, type ViewerServer } from './viewer-server.js';

/** `host` is 127.0.0.1 by default. Without `publicUrl` the link works only on this machine. */
export interface TakeoverOptions extends Partial<AddressOptions> {
  /** The state folder, for the socket of the page. */
  readonly home: string;
  /** The browser that needs its owner. It still belongs to the caller. */
  readonly session: { readonly page: Page };
  readonly account: string;
  readonly siteTitle: string;
  /** Why the person is needed. */
  readonly kind: ChallengeKind;
  /** Origins that the tab may open. Frames are not restricted. */
  readonly allowedOrigins: readonly string[];
  /** Default: `auto`, the language that the phone's browser prefers. */
  readonly language?: Language | 'auto';
  /** How long the link can be claimed, and how long the claimed view then lasts. Default: 15 min. */
  readonly ttlMs?: number;
  /** When nobody waits any more, in epoch milliseconds: no link and no view lasts longer. */
  readonly deadlineAt?: number;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now?: () => number;
  /** Aborting closes the takeover. */
  readonly signal?: AbortSignal;
}

/** Shows one tab on its owner's phone. The code that watches the tab judges whether the challenge is cleared. */
export type Takeover = Awaited<ReturnType<typeof startTakeover>>;

const defaultTtlMs = 15 * 60_000;
/** How long a viewer's phone may take to receive the final message. */
const lastWordsMs = 300;
const closeTimeoutMs = 5000;

/** Rejects with KT701 for an exposed address, KT705 when it cannot be served, KT706 when the page is gone. */
export async function startTakeover(options: TakeoverOptions) {
  const { session, log, now = forwardOnly(() => Date.now()), host = '127.0.0.1', signal } = options;
  const { account, siteTitle, kind, allowedOrigins, ttlMs = defaultTtlMs, deadlineAt } = options;
  signal?.throwIfAborted();
  const publicUrl = requireSafeAddress({ ...options, host });
  const link = new OneTimeLink({ ttlMs, endsAt: deadlineAt, now });
  let settleEnd: (how: TakeoverEnd) => void = () => undefined;
  const ended = new Promise<TakeoverEnd>((resolve) => (settleEnd = resolve));
  let closing: Promise<void> | undefined;

  const view = new LiveView({ page: session.page, allowedOrigins, onEnd: finish, log });

  function finish(how: TakeoverEnd): void {
    if (link.over) return;
    link.end(how);
    view.end(how);
    log.info({ how }, 'takeover: ended');
    settleEnd(how);
  }

  let server: ViewerServer;
  try {
    await view.open();
    server = await startViewerServer({
      socketPath: pageSocket(options.home, pageId(options.home, account)),
      isSecure: publicUrl?.protocol === 'https:',
      language: options.language ?? 'auto',
      siteTitle,
      link,
      log,
      onViewer: (socket) => view.connect(socket, { account, siteTitle, kind, leftMs: link.leftMs }),
      onNewLink: () => newToken(),
    });
  } catch (cause) {
    await view.close();
    throw session.page.isClosed() ? appError(takeoverErrors.pageGone, undefined, { cause }) : cause;
  }
  const newToken = () => {
    if (link.over) return undefined;
    view.end('new-link');
    const token = link.issue();
    return { token, until: link.deadlineAt };
  };
  // Until the first link is asked for, no time is over.
  link.issue();
  const expire = () => {
    if (!link.isExpired()) return;
    // As long as the run waits, there can be a new link.
    if (deadlineAt !== undefined && now() < deadlineAt) view.end('expired');
    else finish('expired');
  };
  // Not one timer for the whole time: `now` moves on while this process is suspended.
  const expiry = setInterval(expire, 1000).unref();
  const close = () => (closing ??= closeOnce());
  const onAbort = () => void close();
  signal?.addEventListener('abort', onAbort, { once: true });

  async function closeOnce(): Promise<void> {
    signal?.removeEventListener('abort', onAbort);
    clearInterval(expiry);
    // The wait that has just ended may notice it before the timer above.
    finish(link.isExpired() ? 'expired' : 'closed');
    await inTime(view.close(), 'letting go of the page failed');
    await pause(lastWordsMs);
    await inTime(server.close(), 'the server did not close well');
  }

  /** A browser that hangs answers nothing, and the caller has yet to end it. */
  async function inTime(closing: Promise<void>, problem: string): Promise<void> {
    const late = () => log.warn({}, `takeover: ${problem} within ${closeTimeoutMs / 1000} s`);
    await withDeadline(closing, closeTimeoutMs, late).catch((error: unknown) =>
      log.warn({ err: error }, `takeover: ${problem}`),
    );
  }

  return {
    /** Resolves once: resolved, given up, expired, or closed (the page went away, or `close`). Never rejects. */
    ended,
    /**
     * The token of a new link, which works once and until the given time (epoch milliseconds): it goes to the owner and
     * nowhere else. The old link and the viewer that used it are rejected from now on. Other processes get one with
     * `askForToken`. Undefined once the takeover has ended.
     */
    newToken,
    /** The challenge is cleared: tells the viewer that it can be closed, and rejects every link from now on. */
    resolved: () => finish('resolved'),
    /** Releases the tab, which stays open, and stops listening. Never rejects. */
    close,
  };
}
