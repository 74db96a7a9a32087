import type { HandoffResult } from '../../src/core/question.js';
import { silentLog } from '../../src/lib/log.js';
import type { KeyRecord, RotationIntent } from '../../src/core/key-record.js';
import { done, failed, type Attempt, type Method, type Failure } from '../../src/core/outcome.js';
import type {
  ConsoleReading,
  ConsoleSession,
  NewKey,
  RotateResult,
  ShownExpiry,
  Verification,
} from '../../src/core/ports.js';
import type { RenewDeps } from '../../src/core/renew-account.js';
import type { KeyStore } from '../../src/core/held-keys.js';
import { same } from '../../src/messages/text.js';

const day = 86_400_000;

/** A console with one key that implements the renewal's port. Keeps the actual key and an ordered diary of events. */
export class FakeConsole {
  key?: string;
  expiresAt = 0;
  rotations = 0;
  showsFullKey = false;
  lifeMs = 7 * day;
  /** How the console words the end of a key's life. */
  says: (expiresAt: number) => ShownExpiry = (expiresAt) => ({ expiresAt: new Date(expiresAt).toISOString() });
  /** As the console's answers show it. */
  clockSkewMs: number | undefined;
  readonly dead = new Set<string>();
  readonly diary: string[] = [];
  /** The failure with which each method ends. */
  readonly obstacles = new Map<Method, Failure>();
  /** What happens to the answers of the next presses, in order. */
  readonly answers: ('lost' | 'unseen' | 'refused' | 'refused-unsent' | 'challenge')[] = [];
  probe: (key: string) => Verification = (key) =>
    key === this.key ? { verdict: 'valid' } : { verdict: 'invalid', detail: same('434') };

  constructor(readonly clock: { now: number }) {}

  issue(): string {
    if (this.key) this.dead.add(this.key);
    this.rotations += 1;
    this.key = `sk-${String(this.rotations).padStart(4, '0')}${'a'.repeat(24)}${String(this.rotations).padStart(4, '0')}`;
    this.expiresAt = this.clock.now + this.lifeMs;
    return this.key;
  }

  reading(): ConsoleReading {
    if (!this.key) return { hasKey: false };
    const shown = this.showsFullKey ? { key: this.key } : { mask: `${this.key.slice(0, 7)}****${this.key.slice(-4)}` };
    return { hasKey: true, ...shown, ...this.says(this.expiresAt) };
  }

  open(method: Method): Attempt<ConsoleSession> {
    this.diary.push(`open ${method}`);
    const note = (what: string) => this.diary.push(what);
    const session: ConsoleSession = {
      method,
      read: async () => {
        note('read');
        const failure = this.obstacles.get(method);
        return Promise.resolve(failure ? failed(failure) : done(this.reading()));
      },
      clockSkewMs: () => this.clockSkewMs,
      dryRun: () => Promise.resolve(done(same('press 重置API密钥'))),
      rotate: async (_current, hooks): Promise<RotateResult> => {
        await hooks.beforePress();
        note('press');
        const fate = this.answers.shift();
        if (fate === 'refused-unsent')
          return { ok: false, sent: 'no', failure: { kind: 'unreachable', detail: same('no route') } };
        if (fate === 'challenge') {
          return {
            ok: false,
            sent: 'maybe',
            failure: {
              kind: 'challenge',
              detail: same('slider'),
              challenge: { kind: 'captcha', vendor: 'baxia-nc', url: 'https://x/', where: 'main frame', evidence: [] },
            },
          };
        }
        if (fate === 'refused')
          return { ok: false, sent: 'refused', failure: { kind: 'drift', detail: same('HTTP 409') } };
        const key = this.issue();
        if (fate === 'unseen')
          return { ok: false, sent: 'maybe', failure: { kind: 'not-seen', detail: same('an input of 44') } };
        if (fate === 'lost')
          return { ok: false, sent: 'maybe', failure: { kind: 'unreachable', detail: same('connection reset') } };
        const answer: NewKey = { key, ...this.says(this.expiresAt) };
        await hooks.onKey(answer);
        return { ok: true, value: answer };
      },
      saveCheckpoint: () => Promise.resolve(void note('checkpoint')),
      close: () => Promise.resolve(void note('close')),
    };
    return done(session);
  }
}

/** A key store in memory that records each step in the console's diary. */
class MemoryStore implements KeyStore {
  record: KeyRecord = { version: 1, previous: [] };
  intent?: RotationIntent;
  constructor(private readonly diary: string[]) {}
  readRecord = () => Promise.resolve(this.record);
  writeRecord = (record: KeyRecord) => {
    this.diary.push('record');
    this.record = record;
    return Promise.resolve();
  };
  readIntent = () => Promise.resolve(this.intent);
  writeIntent = (intent: RotationIntent) => {
    this.diary.push(intent.answer ? 'key on disk' : 'intent');
    this.intent = intent;
    return Promise.resolve();
  };
  removeIntent = () => {
    if (this.intent) this.diary.push('intent removed');
    this.intent = undefined;
    return Promise.resolve();
  };
}

export function renewalWorld() {
  const clock = { now: Date.parse('2026-03-01T00:00:00Z') };
  const console = new FakeConsole(clock);
  const store = new MemoryStore(console.diary);
  const person: { answer: HandoffResult; clears: Method[] } = { answer: { kind: 'ready', via: 'card' }, clears: [] };
  const deps: RenewDeps = {
    store,
    openConsole: ({ method }) => Promise.resolve(console.open(method)),
    verify: (key) => {
      console.diary.push('verify');
      return Promise.resolve(console.probe(key));
    },
    askPerson: () => {
      console.diary.push('ask');
      return Promise.resolve(person.answer);
    },
    personAtBrowser: () => ({ deadlineAt: clock.now + 60_000, onNeeded: () => undefined, onCleared: () => undefined }),
    onStep: () => undefined,
    history: (event) => Promise.resolve(void console.diary.push(`history ${event}`)),
    log: silentLog,
    now: () => clock.now,
  };
  return { clock, console, store, person, deps, day };
}
