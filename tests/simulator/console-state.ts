import type { SimulatedClock } from './clock.js';
import type { AddOwnerOptions, ConsoleKind, IssuedSession, OwnerTruth, RequestLogEntry } from './console-types.js';
import type { SeededRandom } from './random.js';
import type { WeatherStation } from './weather.js';

export interface ConsoleKey {
  readonly id: string;
  readonly value: string;
  readonly name: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Epoch milliseconds; undefined when it never expires. */
  readonly expiresAt: number | undefined;
  /** True once the key was replaced or deleted. */
  isDead: boolean;
}

export interface ConsoleSession {
  readonly token: string;
  readonly phone: string;
  readonly signedInAt: number;
  /** The required value of the `x-xsrf-token` header. */
  xsrf: string;
  /** The user entered the right SMS code or password. Allows one new key. */
  resetConfirmed: boolean;
}

export interface Owner {
  readonly phone: string;
  /** All keys that were ever made, oldest first. */
  readonly keys: ConsoleKey[];
  rotations: number;
}

export type SmsScene = 'login' | 'reset';
interface SentCode {
  readonly code: string;
  readonly scene: SmsScene;
  readonly sentAt: number;
  wrongTries: number;
  used: boolean;
}

export type CodeVerdict = 'right' | 'wrong' | 'expired' | 'too-many';

const minuteMs = 60_000;

/** The password of every owner. */
export const ownerPassword = 'simulated-password';

export const maskPhone = (phone: string) => `${phone.slice(0, 3)}****${phone.slice(-4)}`;
export const maskOfKey = (key: string) => `${key.slice(0, 5)}****${key.slice(-4)}`;
export const isChineseMobile = (text: string) => /^1[3-9]\d{9}$/.test(text);

/** The state behind the console's pages and answers: accounts, sign-ins, SMS codes and the request log. */
export class ConsoleState {
  private readonly ownersByPhone = new Map<string, Owner>();
  private readonly sessionsByToken = new Map<string, ConsoleSession>();
  private readonly codes = new Map<string, SentCode[]>();
  private readonly revealTickets = new Map<string, string>();
  private readonly pageTokens = new Set<string>();
  private keyCount = 0;
  readonly log: RequestLogEntry[] = [];

  constructor(
    readonly clock: SimulatedClock,
    readonly random: SeededRandom,
    readonly weather: WeatherStation,
    readonly kind: ConsoleKind = 'one-key',
  ) {}

  addOwner(options: AddOwnerOptions): Owner {
    if (!isChineseMobile(options.phone)) throw new TypeError('an owner needs a Chinese mobile number of 11 digits');
    if (this.ownersByPhone.has(options.phone))
      throw new TypeError('the simulator has an owner with that number already');
    const owner: Owner = { phone: options.phone, keys: [], rotations: 0 };
    this.ownersByPhone.set(owner.phone, owner);
    if (options.key === 'existing') this.makeKey(owner, { ageMs: options.keyAgeMs });
    return owner;
  }

  owner(phone: string): Owner {
    const owner = this.ownersByPhone.get(phone);
    if (!owner) throw new TypeError('the simulator has no owner with that number: addOwner() first');
    return owner;
  }

  owners(): Owner[] {
    return [...this.ownersByPhone.values()];
  }

  /** Returns undefined for an unknown, replaced or deleted key. An expired key is returned. */
  findKey(value: string): ConsoleKey | undefined {
    return this.owners()
      .flatMap((owner) => owner.keys)
      .find((key) => key.value === value && !key.isDead);
  }

  /** Returns the newest key that was not replaced or deleted. */
  currentKey(owner: Owner): ConsoleKey | undefined {
    return owner.keys.findLast((key) => !key.isDead);
  }

  /** Makes a key. On the `one-key` console, this invalidates the old key at once. */
  makeKey(owner: Owner, options: { name?: string; ageMs?: number; lifetimeMs?: number } = {}): ConsoleKey {
    const isOnly = this.kind === 'one-key';
    if (isOnly) for (const key of owner.keys) key.isDead = true;
    const createdAt = this.clock.now() - (options.ageMs ?? 0);
    const lifetimeMs = isOnly ? this.weather.get().keyLifetimeMs : options.lifetimeMs;
    const key: ConsoleKey = {
      id: String((this.keyCount += 1)),
      value: `sk-${this.random.hex(32)}`,
      name: options.name ?? maskPhone(owner.phone),
      createdAt,
      expiresAt: lifetimeMs === undefined ? undefined : shownExpiry(createdAt, lifetimeMs),
      isDead: false,
    };
    owner.keys.push(key);
    return key;
  }

  hasExpired(key: ConsoleKey): boolean {
    return key.expiresAt !== undefined && key.expiresAt <= this.clock.now();
  }

  signIn(phone: string): ConsoleSession {
    if (!this.ownersByPhone.has(phone)) this.addOwner({ phone });
    const session: ConsoleSession = {
      token: this.random.hex(64),
      phone,
      signedInAt: this.clock.now(),
      xsrf: this.newXsrf(),
      resetConfirmed: false,
    };
    this.sessionsByToken.set(session.token, session);
    return session;
  }

  session(token: string | undefined): ConsoleSession | undefined {
    const session = token === undefined ? undefined : this.sessionsByToken.get(token);
    return session && this.isAlive(session) ? session : undefined;
  }

  signOut(token: string): void {
    this.sessionsByToken.delete(token);
  }

  expireSessions(phone?: string): number {
    const dying = [...this.sessionsByToken.values()].filter((s) => phone === undefined || s.phone === phone);
    for (const session of dying) this.sessionsByToken.delete(session.token);
    return dying.length;
  }

  issueSession(phone: string): IssuedSession {
    const { token, xsrf } = this.signIn(phone);
    return { bxAuth: token, xsrf, cookieHeader: `BXAuth=${token}; XSRF-TOKEN=${encodeURIComponent(xsrf)}` };
  }

  /** The token ends in `==`, so its cookie value must be URL-encoded. */
  newXsrf(): string {
    return `${this.random.hex(22)}==`;
  }

  sendCode(phone: string, scene: SmsScene): void {
    const sent = this.codes.get(phone) ?? [];
    sent.push({ code: this.random.digits(6), scene, sentAt: this.clock.now(), wrongTries: 0, used: false });
    this.codes.set(phone, sent);
  }

  codesSentTo(phone: string): readonly { readonly code: string; readonly scene: SmsScene; readonly sentAt: number }[] {
    return this.codes.get(phone) ?? [];
  }

  /** Accepts only the last code of a scene, only once, and only within the code lifetime set in the weather. */
  checkCode(phone: string, scene: SmsScene, typed: string): CodeVerdict {
    const last = (this.codes.get(phone) ?? []).filter((sent) => sent.scene === scene).at(-1);
    if (!last) return 'wrong';
    if (last.wrongTries >= 5) return 'too-many';
    if (last.used || this.clock.now() - last.sentAt > this.weather.get().smsCodeLifetimeMs) return 'expired';
    if (last.code !== typed) {
      last.wrongTries += 1;
      return 'wrong';
    }
    last.used = true;
    return 'right';
  }

  /** Makes a ticket that reveals the key once, for a reset whose answer contains only the mask. */
  newRevealTicket(key: string): string {
    const ticket = this.random.hex(24);
    this.revealTickets.set(ticket, key);
    return ticket;
  }

  redeemRevealTicket(ticket: string): string | undefined {
    const key = this.revealTickets.get(ticket);
    this.revealTickets.delete(ticket);
    return key;
  }

  /** Makes a token for a loaded page. Requests with such a token come from a page, not from a replay. */
  newPageToken(): string {
    const token = this.random.hex(16);
    this.pageTokens.add(token);
    return token;
  }

  isPageToken(token: string): boolean {
    return this.pageTokens.has(token);
  }

  truth(phone: string): OwnerTruth {
    const owner = this.owner(phone);
    const current = this.currentKey(owner);
    return {
      phone,
      maskedPhone: maskPhone(phone),
      currentKey: current?.value,
      expiresAt: isoTime(current?.expiresAt),
      rotations: owner.rotations,
      deadKeys: owner.keys.filter((key) => key.isDead).map((key) => key.value),
      keys: owner.keys.map((key) => ({
        id: key.id,
        name: key.name,
        value: key.value,
        createdAt: isoTime(key.createdAt),
        expiresAt: isoTime(key.expiresAt),
        isAlive: !key.isDead && !this.hasExpired(key),
      })),
      sessions: [...this.sessionsByToken.values()].filter((s) => s.phone === phone && this.isAlive(s)).length,
      requests: this.log.filter((entry) => entry.phone === phone),
    };
  }

  private isAlive(session: ConsoleSession): boolean {
    const endsAt = this.weather.get().sessionsExpireAt;
    return endsAt === null || this.clock.now() < endsAt || session.signedInAt >= endsAt;
  }
}

/** Rounds the expiry down to minutes, as the console shows it, unless the lifetime is under ten minutes. */
function shownExpiry(createdAt: number, lifetimeMs: number): number {
  const endsAt = createdAt + lifetimeMs;
  return lifetimeMs < 10 * minuteMs ? endsAt : Math.floor(endsAt / minuteMs) * minuteMs;
}

export function isoTime(epochMs: number): string;
export function isoTime(epochMs: number | undefined): string | undefined;
export function isoTime(epochMs: number | undefined): string | undefined {
  return epochMs === undefined ? undefined : new Date(epochMs).toISOString();
}

/** Formats a time as the console does, for example `2026-03-04 15:54`: Shanghai time, without a time zone. */
export function shanghaiTime(epochMs: number): string {
  return new Date(epochMs + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
}
