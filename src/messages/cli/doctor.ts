import { many, type Text } from '../text.js';

export const doctorTexts = {
  about: {
    en: 'find problems that will break a renewal, with the command that fixes each',
    zh: '找出会让续期失败的问题，并给出解决的命令',
  },
  offline: { en: 'skip checks that need the network', zh: '跳过需要网络的检查' },
  send: {
    en: 'send a message in Feishu, to prove that messages reach you',
    zh: '在飞书里发送一条消息，确认消息能送到',
  },
  timeout: { en: 'how long each check may take', zh: '每项检查最多用多久' },
  more: {
    en: `It checks the browser (by starting it), the display, settings, permissions, the disk and Feishu, and for
each account the key, the session (one request to the key page), the site, proxy, clock and files.
It renews nothing.

Exit code 1 if something will break a renewal, otherwise 0.`,
    zh: `检查浏览器（会启动一次）、显示器、设置、权限、磁盘和飞书；
并检查每个账号的密钥、会话（向密钥页面请求一次）、网站、代理、时钟和文件。不会续期。

有会让续期失败的问题时，退出码为 1，否则为 0。`,
  },
  checking: { en: 'checking …', zh: '正在检查 …' },
  machine: { en: 'This machine', zh: '本机' },
  feishu: { en: 'Feishu', zh: '飞书' },
  account: (name: string): Text => ({ en: `Account ${name}`, zh: `账号 ${name}` }),
  problems: (count: number): Text => ({ en: many(count, 'problem'), zh: `${count} 个问题` }),
  warnings: (count: number): Text => ({ en: many(count, 'warning'), zh: `${count} 个警告` }),
  and: { en: ', ', zh: '，' },
  mustBeFixed: (count: number, onlyFeishu: boolean): Text => ({
    en: `: ${onlyFeishu ? 'you cannot be asked or told' : 'renewals will fail'} until ${count === 1 ? 'it is' : 'they are'} fixed.`,
    zh: onlyFeishu ? '：解决之前，无法向你提问或发送通知。' : '：解决之前，续期会失败。',
  }),
  onlyWarnings: { en: ', no problems: renewals will work.', zh: '，没有问题：续期可以正常进行。' },
  allGood: { en: 'No problems found.', zh: '没有发现问题。' },
} as const;
