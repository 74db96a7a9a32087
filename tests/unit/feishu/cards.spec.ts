import type { PageReach } from '../../../src/lib/page-reach.js';
import { same } from '../../../src/messages/text.js';
import { expect, question, test } from './world.js';

const bySsh: PageReach = { way: 'ssh', command: 'ssh -L 8931:127.0.0.1:8931 ann@server' };

test('a card at a desktop speaks of the computer', async ({ feishu, ask }) => {
  await ask();
  const text = feishu.cardText(feishu.messages()[0]!);
  expect(text).toContain('press “Open browser”: the page opens on the computer');
  expect(text).toContain('[Open browser]');
});

test('a card where a phone reaches the page speaks of the phone', async ({ feishu, ask, openChannel }) => {
  await ask(question(), { channel: openChannel({ reach: { way: 'phone' } }) });
  const text = feishu.cardText(feishu.messages()[0]!);
  expect(text).toContain('press “Open browser”: a link comes here');
  expect(text).not.toContain('computer');
  expect(text).toContain('[Open browser]');
});

test('a card of a server without a way to the page has the commands and no button that opens it', async ({
  feishu,
  ask,
  openChannel,
}) => {
  await ask(question({ canBeDoubted: true }), { channel: openChannel({ reach: bySsh }) });
  const text = feishu.cardText(feishu.messages()[0]!);
  expect(text).toContain('ssh -L 8931:127.0.0.1:8931 ann@server');
  expect(text).toContain('keyturn unblock main --remote');
  expect(text).not.toContain('[Open browser]');
  expect(text).not.toContain('ok /');
  expect(text).toContain('[Remind me in 1 hour] [Skip this time]\n[False alarm]');
});

test('a code prompt there has no such button either', async ({ feishu, ask, openChannel }) => {
  const code = { attempt: 1, of: 5, digits: 6, canResend: true };
  await ask(question({ kind: '2fa', code }), { channel: openChannel({ reach: bySsh }) });
  expect(feishu.cardText(feishu.messages()[0]!)).toContain('[Submit]\n[Resend] [Skip this time]');
});

test('ok there is answered with the commands and leaves the question open', async ({ feishu, ask, openChannel }) => {
  const asked = await ask(question(), { channel: openChannel({ reach: bySsh }) });
  await feishu.say('ok');
  await expect.poll(() => feishu.messages().at(-1)!.content['text']).toContain('keyturn unblock main --remote');
  expect(asked.answers).toEqual([]);
  await feishu.say('1h');
  await expect.poll(() => asked.answers.map(({ decision }) => decision.kind)).toEqual(['snooze']);
});

test('a card says what its owner sees, not who made it and where', async ({ feishu, ask }) => {
  await ask(question({ seen: same('a slider CAPTCHA') }));
  const text = feishu.cardText(feishu.messages()[0]!);
  expect(text).toContain('What a slider CAPTCHA');
  expect(text).not.toMatch(/baxia|\/profile/);
});
