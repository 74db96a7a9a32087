import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { TakeoverEnd } from './protocol.js';

type ClaimResult =
  { readonly kind: 'claimed'; readonly session: string } | { readonly kind: 'wrong' | 'used' | TakeoverEnd };

/** Admits one viewer. Keeps only digests: nothing in memory, not even in a heap snapshot, can open the page. */
export class OneTimeLink {
  private token: Buffer | undefined;
  private session: Buffer | undefined;
  /** Epoch milliseconds. */
  deadlineAt = 0;
  /** How it ended. */
  over: TakeoverEnd | undefined;

  /** A link can be claimed for `ttlMs`, and the claimed view then lasts as long. Neither goes on after `endsAt`. */
  constructor(
    private readonly options: { readonly ttlMs: number; readonly endsAt?: number; readonly now: () => number },
  ) {}

  /** Returns a new 256-bit token. The previous token and the viewer that claimed it are rejected from now on. */
  issue(): string {
    const token = randomBytes(32).toString('base64url');
    this.token = digest(token);
    this.session = undefined;
    this.startTime();
    return token;
  }

  /** A token works once. Wrong ones are not counted: nobody guesses 256 bits, or must be able to lock the owner out. */
  claim(token: string): ClaimResult {
    if (this.over) return { kind: this.over };
    const isRight = this.token !== undefined && timingSafeEqual(digest(token), this.token);
    if (!isRight) return { kind: 'wrong' };
    if (this.session) return { kind: 'used' };
    if (this.isExpired()) return { kind: 'expired' };
    const session = randomBytes(32).toString('base64url');
    this.session = digest(session);
    this.startTime();
    return { kind: 'claimed', session };
  }

  private startTime(): void {
    const { now, ttlMs, endsAt = Infinity } = this.options;
    this.deadlineAt = Math.min(now() + ttlMs, endsAt);
  }

  /** Whether this cookie belongs to the viewer that claimed the link, and its time is not over. */
  admits(session: string | undefined): boolean {
    if (!this.session || session === undefined || this.isExpired()) return false;
    return timingSafeEqual(digest(session), this.session);
  }

  /** Time left to claim the link or, once it is claimed, until the view ends. */
  get leftMs(): number {
    return Math.max(0, this.deadlineAt - this.options.now());
  }

  isExpired(): boolean {
    return this.leftMs === 0;
  }

  /** Rejects every token and session from now on. */
  end(how: TakeoverEnd): void {
    this.over = how;
    this.token = undefined;
    this.session = undefined;
  }
}

/** Digests all have the same length, so the comparison always takes the same time. */
function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
