import type { Question } from '../../../src/core/question.js';
import { readLateReply } from '../../../src/feishu/late-replies.js';
import { expect, question, stranger, test as base } from './world.js';

interface LateWorld {
  /** The question whose card is in the chat, and nobody listens any more. */
  asked: Question;
  read: (changes?: Partial<Question>, others?: readonly Question[]) => ReturnType<typeof readLateReply>;
}

const test = base.extend<LateWorld>({
  asked: async ({ ask, openChannel }, use) => {
    const channel = openChannel();
    const shown = await ask(question({ canBeDoubted: true }), { channel });
    shown.leave?.(true);
    await channel.close();
    await use({ ...question({ canBeDoubted: true }), state: 'unanswered', message: shown.message });
  },
  read: async ({ asked, client, log }, use) => {
    const signal = new AbortController().signal;
    await use((changes = {}, others = []) =>
      readLateReply(
        { ...asked, ...changes },
        { client, others, log, signal, now: Date.now, reach: { way: 'desktop' } },
      ),
    );
  },
});

for (const [text, kind] of [
  ['好', 'ready'],
  ['skip', 'decline'],
  ['误报', 'not-a-check'],
] as const) {
  test(`${text}, written while nothing listened, means ${kind}; the reply and the card get its response`, async ({
    feishu,
    asked,
    read,
  }) => {
    await feishu.say(text, { waitMs: 0 });
    const reply = await read();
    expect(reply?.answer).toEqual({ decision: { kind }, via: 'chat' });
    await reply?.respond();
    const card = feishu.messages().find(({ messageId }) => messageId === asked.message?.messageId)!;
    expect(feishu.cardText(card)).toContain('Answered by a Feishu message');
    expect(feishu.messages().filter(({ msgType }) => msgType === 'text')).toHaveLength(1);
  });
}

test('a span counts from the reply on', async ({ feishu, read }) => {
  await feishu.say('1h', { waitMs: 0, createdAt: Date.now() + 1000 });
  const { decision } = (await read())!.answer;
  expect(decision.kind === 'snooze' && decision.ms).toBeGreaterThan(3_600_000 - 10_000);
});

test('what was answered before, other people, other times and other words are no answer', async ({ feishu, read }) => {
  await feishu.say('好', { waitMs: 0, openId: stranger });
  await feishu.say('好', { waitMs: 0, createdAt: Date.now() - 60_000 });
  await feishu.say('493817', { waitMs: 0 });
  await feishu.say('hello?', { waitMs: 0 });
  expect(await read()).toBeUndefined();
  await feishu.say('好', { waitMs: 0 });
  expect(await read({ answeredAt: new Date(Date.now() + 1000).toISOString() })).toBeUndefined();
  expect(await read()).toBeDefined();
});

test('with two questions, a reply counts for the one that it quotes or names', async ({ feishu, asked, read }) => {
  const other = { ...question({ account: 'other' }), message: { ...asked.message!, messageId: 'om_other' } };
  await feishu.say('好', { waitMs: 0 });
  expect(await read({}, [other])).toBeUndefined();
  await feishu.say('好', { waitMs: 0, parentId: 'om_other' });
  expect(await read({}, [other])).toBeUndefined();
  await feishu.say(`${asked.account} ok`, { waitMs: 0 });
  expect((await read({}, [other]))?.answer.decision.kind).toBe('ready');
});

test('a chat that cannot be read gives no answer and no error', async ({ feishu, read, log }) => {
  await feishu.say('好', { waitMs: 0 });
  feishu.weather.always.list = { status: 400, code: 230027 };
  expect(await read()).toBeUndefined();
  expect(log.lines.join()).toContain('could not be read');
});
