import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export interface OneTimeLinkOptions {
  /** How long a link can be claimed, and how long the view then lasts. */
  readonly ttlMs: number;
  readonly now: () => number;
}

export type ClaimResult =
  | { readonly kind: 'claimed'; readonly session: string }
  | { readonly kind: 'wrong' | 'used' | 'expired' | 'over' | 'too-many' };

const wrongPerMinute = 20;

/**
 * The one link that is good now and the one viewer that claimed it. Only digests are kept, so nothing in memory,
 * a heap snapshot included, opens the page again.
 */
export class OneTimeLink {
  private token: Buffer | undefined;
  private session: Buffer | undefined;
  private deadlineAt = 0;
  private isOver = false;
  private wrongAt: number[] = [];

  constructor(private readonly options: OneTimeLinkOptions) {}

  /** A new 256-bit token; the one before and the viewer that claimed it are refused from now on. */
  issue(): string {
    const token = randomBytes(32).toString('base64url');
    this.token = digest(token);
    this.session = undefined;
    this.deadlineAt = this.options.now() + this.options.ttlMs;
    return token;
  }

  /** Good once. The right token is looked at even when many wrong ones came, or strangers could lock the owner out. */
  claim(token: string): ClaimResult {
    if (this.isOver) return { kind: 'over' };
    const isRight = this.token !== undefined && timingSafeEqual(digest(token), this.token);
    if (!isRight) return { kind: this.isFlooded() ? 'too-many' : 'wrong' };
    if (this.session) return { kind: 'used' };
    if (this.isExpired()) return { kind: 'expired' };
    const session = randomBytes(32).toString('base64url');
    this.session = digest(session);
    this.deadlineAt = this.options.now() + this.options.ttlMs;
    return { kind: 'claimed', session };
  }

  /** Whether this cookie is the viewer that claimed the link, in time. */
  admits(session: string | undefined): boolean {
    if (!this.session || session === undefined || this.isOver || this.isExpired()) return false;
    return timingSafeEqual(digest(session), this.session);
  }

  get isClaimed(): boolean {
    return this.session !== undefined;
  }

  /** Until the link can be claimed, or until the claimed view ends. */
  get leftMs(): number {
    return Math.max(0, this.deadlineAt - this.options.now());
  }

  isExpired(): boolean {
    return this.leftMs === 0;
  }

  /** Nothing opens any more. */
  end(): void {
    this.isOver = true;
    this.token = undefined;
    this.session = undefined;
  }

  private isFlooded(): boolean {
    const now = this.options.now();
    this.wrongAt = this.wrongAt.filter((at) => now - at < 60_000);
    if (this.wrongAt.length >= wrongPerMinute) return true;
    this.wrongAt.push(now);
    return false;
  }
}

/** Digests have one length, so the comparison takes the same time whatever was sent. */
function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
