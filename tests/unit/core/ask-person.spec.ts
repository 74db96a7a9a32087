import { expect, test } from '@playwright/test';

import { askPerson, type AskPersonOptions } from '../../../src/core/ask-person.js';
import { newQuestion } from '../../../src/core/new-question.js';
import type { AnswerChannel, AnswerReceipt, AskOptions } from '../../../src/core/owner-ports.js';
import type { Question, QuestionEnd } from '../../../src/core/question.js';
import { clockOf, systemClock } from '../../../src/lib/clock.js';
import { silentLog } from '../../../src/lib/log.js';
import { same } from '../../../src/messages/text.js';

class FakeChannel implements AnswerChannel {
  readonly asked: Question[] = [];
  readonly ends: QuestionEnd[] = [];
  onAnswer: AskOptions['onAnswer'] = () => ({ accepted: false });

  constructor(
    readonly via: 'card' | 'terminal',
    private readonly events: string[],
    private readonly behave: { fails?: boolean; hangs?: boolean; answers?: (channel: FakeChannel) => void } = {},
  ) {}

  async ask(question: Question, options: AskOptions) {
    if (this.behave.fails) throw new Error('no network');
    this.asked.push(question);
    this.events.push(`ask ${this.via}`);
    this.onAnswer = options.onAnswer;
    if (this.behave.hangs) {
      await new Promise((_, reject) => options.signal.addEventListener('abort', () => reject(new Error('aborted'))));
    }
    this.behave.answers?.(this);
    return {
      ...(this.via === 'card' ? { message: { messageId: `om_${this.asked.length}`, chatId: 'oc_1' } } : {}),
      settle: (end: QuestionEnd) => {
        this.events.push(`settle ${this.via} ${end.kind}`);
        this.ends.push(end);
        return Promise.resolve();
      },
      leave: (isReplaced: boolean) => void this.events.push(`leave ${this.via} ${isReplaced ? 'replaced' : 'open'}`),
    };
  }
}

function world() {
  const events: string[] = [];
  const saved: Question[] = [];
  const question = newQuestion({
    account: 'main',
    siteTitle: 'iFlow',
    kind: 'captcha',
    detail: same('slider'),
    waitMs: 5000,
    runId: 'r1',
    now: Date.now(),
  });
  let onDisk: Question | undefined;
  let changed: () => void = () => undefined;
  const store = {
    read: () => Promise.resolve(onDisk),
    write: (one: Question) => {
      onDisk = one;
      saved.push(one);
      events.push(`save ${one.state}${one.reached ? ` ${one.reached.join('+')}` : ''}`);
      return Promise.resolve();
    },
    onChange: (handle: () => void) => {
      changed = handle;
      return () => (changed = () => undefined);
    },
  };
  const ask = (channels: AnswerChannel[], changes: Partial<AskPersonOptions> = {}) =>
    askPerson({ question, channels, clock: systemClock, log: silentLog, store, ...changes });
  /** Another process changes the question on disk. */
  const changeOnDisk = (change: Partial<Question>) => {
    onDisk = { ...onDisk!, ...change };
    changed();
  };
  const channel = (via: 'card' | 'terminal', behave?: ConstructorParameters<typeof FakeChannel>[2]) =>
    new FakeChannel(via, events, behave);
  return { events, saved, question, store, ask, changeOnDisk, channel };
}

test('the first answer wins, and every channel learns where it came from', async () => {
  const { ask, channel, saved } = world();
  const receipts: AnswerReceipt[] = [];
  const card = channel('card', { answers: (me) => receipts.push(me.onAnswer({ kind: 'ready' }, 'chat')) });
  const terminal = channel('terminal', { answers: (me) => receipts.push(me.onAnswer({ kind: 'decline' })) });
  expect(await ask([card, terminal])).toEqual({ kind: 'ready', via: 'chat' });
  expect(receipts).toEqual([{ accepted: true }, { accepted: false, reason: 'already-answered' }]);
  expect([card.ends, terminal.ends]).toEqual([[{ kind: 'ready', via: 'chat' }], [{ kind: 'ready', via: 'chat' }]]);
  expect(saved.at(-1)).toMatchObject({ state: 'ready', answeredVia: 'chat', message: { messageId: 'om_1' } });
});

test('each state is stored before a channel learns it', async () => {
  const { ask, channel, events } = world();
  await ask([channel('card', { answers: (me) => void setTimeout(() => me.onAnswer({ kind: 'decline' }), 20) })]);
  expect(events).toEqual(['save asked', 'ask card', 'save asked card', 'save declined card', 'settle card declined']);
});

test('a channel that fails does not stop the others', async () => {
  const { ask, channel, saved } = world();
  const terminal = channel('terminal', { answers: (me) => void setTimeout(() => me.onAnswer({ kind: 'ready' }), 20) });
  expect(await ask([channel('card', { fails: true }), terminal])).toEqual({ kind: 'ready', via: 'terminal' });
  expect(saved.at(-1)?.reached).toEqual(['terminal']);
});

for (const [name, behave] of [
  ['no channel', undefined],
  ['only channels that fail', { fails: true }],
] as const) {
  test(`with ${name} the question ends at once as unanswered and may be asked again`, async () => {
    const { ask, channel, saved } = world();
    expect(await ask(behave ? [channel('card', behave)] : [])).toEqual({ kind: 'unanswered', asked: false });
    expect(saved.at(-1)).toMatchObject({ state: 'unanswered', reached: [] });
  });
}

test('a channel that hangs does not delay the others', async () => {
  const { ask, channel } = world();
  const terminal = channel('terminal', { answers: (me) => void me.onAnswer({ kind: 'ready' }) });
  expect(await ask([channel('card', { hangs: true }), terminal])).toEqual({ kind: 'ready', via: 'terminal' });
});

test('at the deadline the question ends as unanswered', async () => {
  const { ask, channel, saved, question } = world();
  const card = channel('card');
  const deadlineAt = new Date(Date.now() + 60).toISOString();
  expect(await ask([card], { question: { ...question, deadlineAt } })).toEqual({ kind: 'unanswered', asked: true });
  expect(card.ends).toEqual([{ kind: 'unanswered' }]);
  expect(saved.at(-1)).toMatchObject({ state: 'unanswered', reached: ['card'] });
  expect(card.onAnswer({ kind: 'ready' })).toEqual({ accepted: false, reason: 'too-late' });
});

test('a send in progress at the deadline is completed', async () => {
  const { ask, channel, saved, question } = world();
  let isTimeUp = false;
  const slow = channel('card');
  const quickly = slow.ask.bind(slow);
  slow.ask = async (question, options) => {
    while (!isTimeUp) await new Promise((resolve) => setImmediate(resolve));
    options.signal.throwIfAborted();
    return quickly(question, options);
  };
  // From the third reading of the clock on, the deadline has passed.
  let looks = 0;
  const now = () => {
    looks += 1;
    isTimeUp = looks > 2;
    return isTimeUp ? 2000 : 1000;
  };
  const late = { ...question, deadlineAt: new Date(1500).toISOString() };
  expect(await ask([slow], { question: late, clock: clockOf(now) })).toEqual({ kind: 'unanswered', asked: true });
  expect(slow.ends).toEqual([{ kind: 'unanswered' }]);
  expect(saved.at(-1)).toMatchObject({ state: 'unanswered', reached: ['card'] });
});

test('a question that reached no channel counts as not asked', async () => {
  const { ask, channel } = world();
  const stop = new AbortController();
  const card = channel('card', { hangs: true });
  const asking = ask([card], { signal: stop.signal });
  await expect.poll(() => card.asked.length).toBe(1);
  stop.abort(new Error('Ctrl-C'));
  expect(await asking).toEqual({ kind: 'unanswered', asked: false });
});

test('a snooze ends the wait', async () => {
  const { ask, channel, saved } = world();
  const at = Date.now();
  const result = await ask([channel('card', { answers: (me) => void me.onAnswer({ kind: 'snooze', ms: 3_600_000 }) })]);
  expect(result).toMatchObject({ kind: 'snoozed', via: 'card' });
  const until = result.kind === 'snoozed' ? Date.parse(result.until) : 0;
  expect(until - at).toBeGreaterThanOrEqual(3_600_000);
  expect(saved.at(-1)).toMatchObject({ state: 'snoozed', snoozedUntil: new Date(until).toISOString() });
});

test('an interrupt settles the channels and leaves the question unanswered', async () => {
  const { ask, channel, saved } = world();
  const stop = new AbortController();
  const card = channel('card', { answers: () => void setTimeout(() => stop.abort(new Error('Ctrl-C')), 20) });
  expect(await ask([card], { signal: stop.signal })).toEqual({ kind: 'unanswered', asked: true });
  expect(saved.at(-1)?.state).toBe('unanswered');
  expect(card.ends).toEqual([{ kind: 'unanswered' }]);
});

for (const change of [{ state: 'ready', answeredVia: 'unblock' }, { state: 'resolved' }, { id: 'q_other' }] as const) {
  test(`a question that another process changed to ${JSON.stringify(change)} ends, and is not overwritten`, async () => {
    const { ask, channel, events, changeOnDisk } = world();
    const card = channel('card', { answers: () => void setTimeout(() => changeOnDisk(change), 20) });
    expect(await ask([card])).toEqual({ kind: 'unanswered', asked: true });
    expect(card.onAnswer({ kind: 'ready' })).toEqual({ accepted: false, reason: 'too-late' });
    expect(events.at(-1)).toBe('settle card resolved-elsewhere');
    expect(events.filter((event) => event.startsWith('save'))).toEqual(['save asked', 'save asked card']);
  });
}

test('a question that another process repeats is left to that process', async () => {
  const { ask, channel, events, changeOnDisk } = world();
  const card = channel('card', { answers: () => void setTimeout(() => changeOnDisk({ nonce: 'another' }), 20) });
  expect(await ask([card])).toEqual({ kind: 'unanswered', asked: true });
  expect(events).toEqual(['save asked', 'ask card', 'save asked card', 'leave card replaced']);
});

test('a question that cannot be stored is not asked', async () => {
  const { ask, channel, store } = world();
  const card = channel('card');
  store.write = () => Promise.reject(new Error('ENOSPC'));
  await expect(ask([card])).rejects.toThrow('ENOSPC');
  expect(card.asked).toEqual([]);
});

test('an answer that cannot be stored still counts', async () => {
  const { ask, channel, store } = world();
  const card = channel('card', {
    answers: (me) => {
      store.write = () => Promise.reject(new Error('ENOSPC'));
      me.onAnswer({ kind: 'ready' });
    },
  });
  expect(await ask([card])).toEqual({ kind: 'ready', via: 'card' });
});

test('after ready the browser does not wait for the card to be settled, after decline the run does', async () => {
  const { ask, channel } = world();
  const slow = (decision: 'ready' | 'decline') => {
    const card = channel('card', { answers: (me) => void setTimeout(() => me.onAnswer({ kind: decision }), 5) });
    let finish = () => undefined as void;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const asked = card.ask.bind(card);
    card.ask = async (question, options) => ({ ...(await asked(question, options)), settle: () => finished });
    return { card, finish };
  };
  const unfinished: Promise<unknown>[] = [];
  const later = (work: Promise<unknown>) => void unfinished.push(work);

  const ready = slow('ready');
  expect(await ask([ready.card], { later })).toMatchObject({ kind: 'ready' });
  expect(unfinished).toHaveLength(1);
  ready.finish();
  await Promise.all(unfinished);

  const declined = slow('decline');
  const answer = ask([declined.card], { later });
  declined.finish();
  expect(await answer).toMatchObject({ kind: 'declined' });
  expect(unfinished).toHaveLength(1);
});
