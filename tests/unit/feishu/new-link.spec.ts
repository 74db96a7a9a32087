import type { FeishuClient } from '../../../src/feishu/feishu-client.js';
import { sendNotice } from '../../../src/feishu/send-notice.js';
import type { createFeishuChannel } from '../../../src/feishu/feishu-channel.js';
import type { Log } from '../../../src/lib/log.js';
import { expect, stranger, test as base } from './world.js';

interface LinkWorld {
  /** The accounts that were asked for. */
  wanted: (string | undefined)[];
  openPages: Set<string>;
  sendLink: () => Promise<string>;
}

const test = base.extend<LinkWorld>({
  wanted: async ({}, use) => use([]),
  openPages: async ({}, use) => use(new Set(['work'])),
  sendLink: async ({ openChannel, client, log, wanted, openPages }, use) => {
    const channel = openChannel({
      staysOpen: false,
      lingerMs: 10,
      onLinkWanted: (account) => {
        wanted.push(account);
        return Promise.resolve(account === undefined ? openPages.size > 0 : openPages.has(account));
      },
    });
    await use(() => sendLinkBy(channel, client, log));
  },
});

async function sendLinkBy(channel: ReturnType<typeof createFeishuChannel>, client: FeishuClient, log: Log) {
  const notice = {
    level: 'warning',
    account: 'work',
    siteTitle: 'iFlow',
    title: 'Please help on your phone',
    lines: [{ markdown: '[Open the page](https://keyturn.example.com/0/#secret)' }],
    canRenewLink: true,
  } as const;
  const sent = await sendNotice(notice, { client, log });
  channel.linkSent(sent.message!);
  return sent.message!.messageId;
}

test('the button under a link asks for a new one', async ({ feishu, sendLink, wanted }) => {
  const messageId = await sendLink();
  await expect.poll(() => feishu.connections()).toBe(1);
  const pressed = await feishu.press(messageId, 'New link');
  expect(pressed).toMatchObject({ acked: true, toast: { type: 'success' } });
  expect(wanted).toEqual(['work']);
  // The message with the old link stays as it is.
  expect(feishu.messages()[0]!.updates).toBe(0);
});

for (const text of ['链接', 'Link', '新链接。']) {
  test(`the reply ${text} asks for a new link to each open page`, async ({ feishu, sendLink, wanted }) => {
    await sendLink();
    await expect.poll(() => feishu.connections()).toBe(1);
    await feishu.say(text);
    await expect.poll(() => wanted).toEqual([undefined]);
    expect(feishu.messages()).toHaveLength(1);
  });
}

test('once the page is gone, the owner is told', async ({ feishu, sendLink, openPages }) => {
  const messageId = await sendLink();
  await expect.poll(() => feishu.connections()).toBe(1);
  openPages.clear();
  const pressed = await feishu.press(messageId, 'New link');
  expect(pressed.toast).toMatchObject({ type: 'error', content: expect.stringContaining('No page is open') });
  await feishu.say('link');
  await expect
    .poll(() => feishu.messages().map(({ content }) => content['text']))
    .toContainEqual(expect.stringContaining('No page is open'));
});

test('nobody else gets a link, and an old message gives none', async ({ feishu, sendLink, wanted }) => {
  const messageId = await sendLink();
  await expect.poll(() => feishu.connections()).toBe(1);
  expect((await feishu.press(messageId, 'New link', { openId: stranger })).toast?.type).toBe('error');
  await feishu.say('link', { openId: stranger });
  await feishu.say('link', { createdAt: Date.now() - 3_600_000 });
  await feishu.say('link', { chatType: 'group' });
  await feishu.say('link');
  await expect.poll(() => wanted).toEqual([undefined]);
});
