import { expect, test } from '@playwright/test';
import type { AskedQuestion, AskOptions, Notice } from '../../../../src/core/owner-ports.js';
import type { Question, QuestionEnd } from '../../../../src/core/question.js';
import { clockOf } from '../../../../src/lib/clock.js';
import { silentLog } from '../../../../src/lib/log.js';
import type { KeyRecord } from '../../../../src/core/key-record.js';
import { ShownQuestions } from '../../../../src/app/watch/shown-questions.js';
import { Watcher, type AccountRecords } from '../../../../src/app/watch/watcher.js';
import { noticeText } from '../../../support/notice-text.js';
import { same } from '../../../../src/messages/text.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const start = new Date(2026, 2, 4, 12).getTime();
const iso = (time: number) => new Date(time).toISOString();
const ok = 0;
const failed = 1;

/** A watcher in simulated time. Each check is one turn of its loop, and the clock jumps to the next wake-up. */
class WatchWorld {
  now = start;
  readonly said: string[] = [];
  readonly runs: { account: string; kind: string; at: number }[] = [];
  readonly notices: Notice[] = [];
  readonly asked: { question: Question; onAnswer: AskOptions['onAnswer']; ends: QuestionEnd[] }[] = [];
  readonly history: { readonly event: string; readonly [detail: string]: unknown }[] = [];
  records: Record<string, AccountRecords>;
  private readonly changed = new Map<string, () => void>();
  canSend = true;
  /** Makes every write of a question fail. */
  isDiskFull = false;
  /** When the session of every account should be checked. */
  sessionCheckAt: number | undefined;
  renew: (account: string, kind: string) => number = () => ok;
  readonly watcher: Watcher;
  private readonly end = new AbortController();

  constructor(accounts: Record<string, AccountRecords>) {
    this.records = accounts;
    const now = () => this.now;
    const questionsOf = (account: string) => ({
      read: () => Promise.resolve(this.records[account]?.question),
      write: (question: Question) => {
        if (this.isDiskFull) return Promise.reject(new Error('no space left'));
        this.records[account] = { ...this.records[account]!, question };
        this.changed.get(account)?.();
        return Promise.resolve();
      },
      onChange: (handle: () => void) => {
        this.changed.set(account, handle);
        return () => undefined;
      },
    });
    const history = (_account: string, event: string, details: object) => {
      this.history.push({ ...details, at: iso(this.now), event });
      return Promise.resolve();
    };
    const channel = {
      via: 'card' as const,
      ask: (question: Question, { onAnswer }: AskOptions): Promise<AskedQuestion> => {
        if (!this.canSend) return Promise.reject(new Error('Feishu is down'));
        const ends: QuestionEnd[] = [];
        this.asked.push({ question, onAnswer, ends });
        const message = { messageId: `om_${this.asked.length}`, chatId: 'oc' };
        return Promise.resolve({
          message,
          settle: (end) => Promise.resolve(void ends.push(end)),
          leave: () => undefined,
        });
      },
      adopt: (question: Question, { onAnswer }: Pick<AskOptions, 'onAnswer'>): AskedQuestion => {
        const ends: QuestionEnd[] = [];
        this.asked.push({ question, onAnswer, ends });
        return {
          message: question.message,
          settle: (end) => Promise.resolve(void ends.push(end)),
          leave: () => undefined,
        };
      },
    };
    const shown = new ShownQuestions({
      channel,
      storeOf: questionsOf,
      history,
      onAnswered: (account) => this.watcher.answered(account),
      log: silentLog,
      clock: { now },
    });
    this.watcher = new Watcher(
      {
        accounts: () => Promise.resolve(Object.keys(this.records).map((name) => ({ name }))),
        read: (account) => {
          const found = this.records[account];
          if (!found?.record) return Promise.reject(new Error('key.json is damaged'));
          return Promise.resolve({ ...found, sessionCheckAt: this.sessionCheckAt });
        },
        questionsOf,
        renew: (account, kind) => {
          this.runs.push({ account, kind, at: this.now });
          return Promise.resolve(this.renew(account, kind));
        },
        say: (name, text) => void this.said.push(`${name}: ${text.en}`),
        log: silentLog,
        clock: clockOf(now),
        random: () => 0,
      },
      {
        jitterMs: 0,
        keepAliveMs: 24 * hourMs,
        askAgainAfterMs: 4 * hourMs,
        language: 'en',
        maxAtOnce: 2,
        shown,
        listener: { newLink: () => Promise.resolve(undefined), open: () => Promise.resolve(), close: () => undefined },
        notifier: {
          notify: (notice) => {
            this.notices.push(notice);
            return Promise.resolve({ delivered: true });
          },
        },
        close: () => Promise.resolve(),
      },
    );
  }

  /** Advances the clock. The watcher checks whenever it wants to, and at least once a minute. */
  async pass(ms: number): Promise<void> {
    const until = this.now + ms;
    for (;;) {
      const next = await this.watcher.checkAccounts(this.end.signal);
      // Lets started work finish before the clock moves on.
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      if (this.now >= until) return;
      this.now = Math.min(until, Math.max(this.now + 1000, Math.min(next, this.now + 60_000)));
    }
  }
}

function account(leftMs: number, more: Partial<AccountRecords> = {}): AccountRecords {
  const record: KeyRecord = {
    version: 1,
    current: {
      key: 'sk-0123456789abcdef0123',
      obtainedAt: iso(start + leftMs - 7 * dayMs),
      obtainedBy: 'http',
      expiresAt: iso(start + leftMs),
      lifetimeMs: 7 * dayMs,
      runId: 'r',
    },
    previous: [],
  };
  return { record, hasIntent: false, isHeld: false, ...more };
}

function openQuestion(world: WatchWorld, name = 'work'): Question {
  return {
    version: 1,
    id: 'q_1',
    nonce: 'n',
    account: name,
    siteTitle: 'Site',
    kind: 'captcha',
    detail: same('a slider'),
    keyExpiresAt: world.records[name]?.record.current?.expiresAt,
    askedAt: iso(world.now),
    deadlineAt: iso(world.now + hourMs),
    state: 'asked',
    runId: 'r',
  };
}

/** Makes each renewal end with a question for the watch to ask. */
function leavesQuestion(world: WatchWorld): void {
  world.renew = (name) => {
    const found = world.records[name]!;
    const lastRun = { endedAt: world.now, outcome: 'challenge', failuresInARow: 1 };
    const before = found.question?.state === 'resolved' ? undefined : found.question;
    const question = { ...openQuestion(world, name), message: before?.message, reminders: before?.reminders };
    world.records[name] = { ...found, lastRun, question };
    return failed;
  };
}

test('a delivery that cannot start is retried at growing intervals', async () => {
  const world = new WatchWorld({ work: account(6 * dayMs, { deliverAt: 0 }) });
  world.renew = () => failed;
  await world.pass(8 * hourMs);
  const minutes = world.runs.map(({ kind, at }) => [kind, Math.round((at - start) / 60_000)]);
  expect(minutes).toEqual([0, 1, 6, 36, 156, 276, 396].map((minute) => ['deliver', minute]));
});

test('each key is renewed at its own time, even if another account is broken', async () => {
  const world = new WatchWorld({ early: account(4 * dayMs), broken: {} as AccountRecords, late: account(5 * dayMs) });
  world.renew = (name) => {
    world.records[name] = account(world.now - start + 7 * dayMs);
    return ok;
  };
  await world.pass(2 * dayMs);
  expect(world.runs.map(({ account: name, at }) => [name, (at - start) / hourMs])).toEqual([
    ['early', 12],
    ['late', 36],
  ]);
  expect(world.said.filter((line) => line.startsWith('broken'))).toEqual(['broken: key.json is damaged']);
});

test('an unreachable site is retried at growing intervals', async () => {
  const world = new WatchWorld({ work: account(3 * dayMs) });
  let failuresInARow = 0;
  world.renew = (name) => {
    failuresInARow += 1;
    const lastRun = { endedAt: world.now, outcome: 'unreachable', failuresInARow };
    world.records[name] = { ...world.records[name]!, lastRun };
    return failed;
  };
  await world.pass(8 * hourMs);
  expect(world.runs.map(({ at }) => Math.round((at - start) / 60_000))).toEqual([0, 5, 20, 50, 110, 230, 350, 470]);
});

test('a process that dies without a record is restarted at growing intervals', async () => {
  const world = new WatchWorld({ work: account(3 * dayMs) });
  world.renew = () => failed;
  await world.pass(6 * hourMs);
  expect(world.runs.map(({ at }) => Math.round((at - start) / 60_000))).toEqual([0, 1, 6, 36, 156, 276]);
});

test('a run that succeeds without a new key is not repeated at once', async () => {
  const world = new WatchWorld({ work: account(3 * dayMs) });
  await world.pass(hourMs);
  expect(world.runs.length).toBeLessThanOrEqual(7);
});

test('reminders follow after 2 and 6 hours, and before the next one the site is tried again', async () => {
  const world = new WatchWorld({ work: account(3.4 * dayMs) });
  leavesQuestion(world);
  await world.pass(21 * hourMs);
  expect(world.asked.map(({ question }) => Math.round((Date.parse(question.askedAt) - start) / hourMs))).toEqual([
    0, 2, 8, 20,
  ]);
  expect(world.asked.map(({ question }) => question.reminders)).toEqual([0, 1, 2, 3]);
  expect(world.runs.map(({ at }) => Math.round((at - start) / hourMs))).toEqual([0, 20]);
  expect(new Set(world.asked.map(({ question }) => question.nonce)).size).toBe(4);
});

test('ready opens the browser at once; if that fails, the owner is notified and asked again later', async () => {
  const world = new WatchWorld({ work: account(3 * dayMs) });
  leavesQuestion(world);
  await world.pass(60_000);
  const { question } = world.records['work']!;
  const detail = question!.detail.en;
  world.records['work'] = { ...world.records['work']!, question: { ...question!, seen: same('what its owner sees') } };
  world.renew = (name) => {
    const message = same(`no display for a visible browser (${detail})`);
    const lastRun = { endedAt: world.now, outcome: 'failed', failuresInARow: 2, message };
    world.records[name] = { ...world.records[name]!, lastRun };
    return failed;
  };
  expect(world.asked[0]?.onAnswer({ kind: 'ready' })).toEqual({ accepted: true });
  expect(world.asked[0]?.onAnswer({ kind: 'decline' })).toEqual({ accepted: false, reason: 'already-answered' });
  await world.pass(60_000);
  expect(world.runs.at(-1)).toMatchObject({ kind: 'headed' });
  expect(world.asked[0]?.ends).toEqual([{ kind: 'ready', via: 'card' }]);
  expect(world.notices.map(noticeText)).toEqual([
    expect.stringContaining('no display for a visible browser (what its owner sees)'),
  ]);
  await world.pass(hourMs);
  expect(world.runs.filter(({ kind }) => kind === 'headed')).toHaveLength(1);
  await world.pass(1.5 * hourMs);
  expect(world.asked).toHaveLength(2);
});

test('if an answer cannot be stored, the card still accepts answers', async () => {
  const world = new WatchWorld({ work: account(3 * dayMs) });
  leavesQuestion(world);
  await world.pass(60_000);
  world.isDiskFull = true;
  world.asked[0]?.onAnswer({ kind: 'ready' });
  await world.pass(60_000);
  expect(world.runs.filter(({ kind }) => kind === 'headed')).toHaveLength(0);
  // The watch takes over the same card, as it does with a card from an earlier process. The card gets its buttons
  // back.
  expect(world.asked.map(({ question }) => question.nonce)).toEqual(Array(2).fill(world.asked[0]?.question.nonce));
  world.isDiskFull = false;
  expect(world.asked[1]?.onAnswer({ kind: 'ready' })).toEqual({ accepted: true });
  await world.pass(60_000);
  expect(world.runs.filter(({ kind }) => kind === 'headed')).toHaveLength(1);
});

test('after a snooze the question returns on time, after a skip half a day later', async () => {
  const world = new WatchWorld({ work: account(3 * dayMs) });
  leavesQuestion(world);
  await world.pass(60_000);
  world.asked[0]?.onAnswer({ kind: 'snooze', ms: hourMs }, 'chat');
  await world.pass(59 * 60_000);
  expect(world.asked).toHaveLength(1);
  await world.pass(3 * 60_000);
  expect(world.asked).toHaveLength(2);
  world.asked[1]?.onAnswer({ kind: 'decline' });
  await world.pass(11 * hourMs);
  expect(world.asked).toHaveLength(2);
  await world.pass(2 * hourMs);
  expect(world.asked).toHaveLength(3);
  expect(world.history.filter(({ event }) => event === 'answer').map((event) => event['answer'])).toEqual([
    'snooze',
    'decline',
  ]);
});

test('a false alarm starts a new run, which reads that answer', async () => {
  const world = new WatchWorld({ work: account(3 * dayMs) });
  leavesQuestion(world);
  const { renew } = world;
  const found: (string | undefined)[] = [];
  world.renew = (name, kind) => {
    found.push(world.records[name]?.question?.state);
    return renew(name, kind);
  };
  await world.pass(60_000);
  world.asked[0]?.onAnswer({ kind: 'not-a-check' });
  await world.pass(60_000);
  expect(found).toEqual([undefined, 'doubted']);
});

test('a question that cannot be sent is retried, and a new key resolves it', async () => {
  const world = new WatchWorld({ work: account(3 * dayMs) });
  leavesQuestion(world);
  world.canSend = false;
  await world.pass(10 * 60_000);
  expect(world.said.filter((line) => line.includes('could not be asked')).length).toBe(4);
  world.canSend = true;
  await world.pass(20 * 60_000);
  expect(world.asked).toHaveLength(1);
  const { question } = world.records['work']!;
  world.records['work'] = { ...account(world.now - start + 7 * dayMs), question };
  await world.pass(60_000);
  expect(world.records['work']?.question?.state).toBe('resolved');
  expect(world.asked[0]?.ends).toEqual([{ kind: 'resolved-elsewhere' }]);
});

test('a session is checked between two renewals, and not again at once', async () => {
  const world = new WatchWorld({ work: account(6 * dayMs) });
  await world.pass(2 * hourMs);
  expect(world.runs).toEqual([]);
  world.sessionCheckAt = world.now + hourMs;
  await world.pass(2 * hourMs - 60_000);
  expect(world.runs).toHaveLength(1);
  expect(world.runs[0]).toMatchObject({ account: 'work', kind: 'unattended', at: start + 3 * hourMs });
});

test('while a question is open, the session is not checked', async () => {
  const world = new WatchWorld({ work: account(6 * dayMs) });
  world.sessionCheckAt = 0;
  const question = { ...openQuestion(world), kind: 'login' as const };
  world.records['work'] = account(6 * dayMs, { question });
  await world.pass(hourMs);
  expect(world.runs).toEqual([]);
  expect(world.asked).toHaveLength(1);
});
