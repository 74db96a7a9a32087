import { createAnswers } from '../../../src/feishu/answers.js';
import { testCard } from '../../../src/feishu/cards.js';
import { OpenQuestions, type AskedEntry } from '../../../src/feishu/open-questions.js';
import type { Decision, Question } from '../../../src/core/question.js';
import { expect, memoryLog, question, test } from './world.js';

const minuteMs = 60_000;
const now = Date.parse('2026-03-01T12:00:00Z');
const owner = 'ou_owner';

/** The answers alone, with a stopped clock. A card is sent when the test says so. */
function scene() {
  const questions = new OpenQuestions();
  const replies: string[] = [];
  const log = memoryLog();
  const answers = createAnswers({
    questions,
    settings: { receiver: owner, language: 'en' },
    reach: { way: 'desktop' },
    onLinkWanted: () => Promise.resolve(false),
    log,
    now: () => now,
    reply: (_, text) => void replies.push(text),
  });
  let said = 0;
  return {
    log,
    replies,
    ask: (account: string) => {
      const decisions: Decision[] = [];
      const onAnswer = (decision: Decision) => {
        decisions.push(decision);
        return { accepted: true };
      };
      let resolve: () => void = () => undefined;
      const sending = new Promise<void>((settle) => (resolve = settle));
      const entry: AskedEntry = { question: question({ account, now }), onAnswer, sending };
      questions.add(entry);
      return {
        entry,
        decisions,
        /** @param at undefined when Feishu gives no time */
        sent: (at: number | undefined) => {
          entry.sent = { messageId: `om_${account}`, chatId: 'oc_1', createdAtMs: at };
          resolve();
        },
        failed: () => {
          questions.remove(entry);
          resolve();
        },
      };
    },
    say: (text: string, at: number | string | undefined, quoted?: string) =>
      answers.message({
        sender: { sender_id: { open_id: owner }, sender_type: 'user' },
        message: {
          message_id: `om_said_${(said += 1)}`,
          ...(at === undefined ? {} : { create_time: String(at) }),
          ...(quoted === undefined ? {} : { parent_id: quoted, root_id: quoted }),
          chat_type: 'p2p',
          message_type: 'text',
          content: JSON.stringify({ text }),
        },
      }),
  };
}

for (const text of ['跳过', 'skip', 'ok', '1h']) {
  test(`"${text}" written 50 minutes before the card waits until the card is sent and is refused`, async () => {
    const { ask, say, replies } = scene();
    const asked = ask('work');
    const judged = say(text, now - 50 * minuteMs);
    asked.sent(now);
    await judged;
    expect(asked.decisions).toEqual([]);
    expect(replies).toEqual([expect.stringContaining('not sent after the question')]);
  });
}

test('a reply that arrives before the response to the send request is accepted after that response', async () => {
  const { ask, say } = scene();
  const asked = ask('work');
  const judged = say('ok', now + 200);
  expect(asked.decisions).toEqual([]);
  asked.sent(now);
  await judged;
  expect(asked.decisions).toEqual([{ kind: 'ready' }]);
});

test('a reply that quotes the card before the send response arrives is accepted', async () => {
  const { ask, say } = scene();
  const asked = ask('work');
  const judged = say('ok', now + 200, 'om_work');
  asked.sent(now);
  await judged;
  expect(asked.decisions).toEqual([{ kind: 'ready' }]);
});

test('a reply to a question whose card could not be sent is refused', async () => {
  const { ask, say, replies } = scene();
  const asked = ask('work');
  const judged = say('ok', now);
  asked.failed();
  await judged;
  expect(asked.decisions).toEqual([]);
  expect(replies).toEqual([expect.stringContaining('No run is waiting for this answer')]);
});

for (const [what, at, cardAt] of [
  ['a message without a time', undefined, now],
  ['a message whose time is no number', 'soon', now],
  ['a card without a time', now, undefined],
] as const) {
  test(`${what} means a refusal`, async () => {
    const { ask, say, log, replies } = scene();
    const asked = ask('work');
    asked.sent(cardAt);
    await say('ok', at);
    await say('skip', at, 'om_work');
    expect(asked.decisions).toEqual([]);
    expect(replies).toHaveLength(2);
    expect(log.lines.join()).toContain('"reason":"older-message"');
  });
}

test('with two questions, a reply goes to the only one whose card is older, without asking which', async () => {
  const { ask, say, replies } = scene();
  const [one, two] = [ask('one'), ask('two')];
  one.sent(now - minuteMs);
  const judged = say('ok', now - 1000);
  two.sent(now);
  await judged;
  expect(one.decisions).toEqual([{ kind: 'ready' }]);
  expect(two.decisions).toEqual([]);
  expect(replies.join()).not.toContain('Which one');
});

test('a question with an unreadable deadline accepts no answer', async () => {
  const { ask, say } = scene();
  const asked = ask('work');
  Object.assign(asked.entry.question, { deadlineAt: '' });
  asked.sent(now);
  await say('ok', now);
  expect(asked.decisions).toEqual([]);
});

test("an earlier process's card accepts only newer replies, and none when its time was not stored", async ({
  feishu,
  client,
  openChannel,
}) => {
  const { createdAtMs = 0, ...place } = await client.sendCard(testCard('waiting', { keyturn: 1, action: 'test', question: 'q', nonce: 'n' }, 'en')); // prettier-ignore
  const channel = openChannel();
  const adopt = (message: Question['message']) => {
    const decisions: Decision[] = [];
    const onAnswer = (decision: Decision) => {
      decisions.push(decision);
      return { accepted: true };
    };
    return { ...channel.adopt({ ...question(), message }, { onAnswer }), decisions };
  };
  const refusals = () => feishu.messages().filter(({ msgType }) => msgType === 'text').length;

  const timeless = adopt(place);
  await feishu.say('ok');
  await expect.poll(refusals).toBe(1);
  timeless.leave?.(true);
  const timed = adopt({ ...place, createdAtMs });
  await feishu.say('ok', { createdAt: createdAtMs - 1 });
  await expect.poll(refusals).toBe(2);
  expect([...timeless.decisions, ...timed.decisions]).toEqual([]);
  await feishu.say('ok');
  await expect.poll(() => timed.decisions).toEqual([{ kind: 'ready' }]);
});

for (const text of ['跳过', 'ok']) {
  test(`"${text}" from 50 minutes ago, delivered right after connecting, is refused; a new one is accepted`, async ({
    feishu,
    ask,
  }) => {
    feishu.weather.latencyMs = 400;
    const pushed = feishu.say(text, { createdAt: Date.now() - 50 * minuteMs, waitMs: 10_000 });
    const asked = await ask();
    expect(await pushed).toMatchObject({ acked: true });
    const lines = () => feishu.messages().flatMap(({ content }) => content['text'] ?? []);
    await expect.poll(lines).toEqual([expect.stringContaining('not sent after the question')]);
    expect(asked.answers).toEqual([]);
    await feishu.say(text);
    await expect.poll(() => asked.answers).toHaveLength(1);
  });
}
