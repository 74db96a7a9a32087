import type { Text } from './text.js';

/** What `keyturn watch` prints, most of it after an account's name. */
export const watchLines = {
  begins: (accounts: number, pid: number): Text => ({
    en: `watching over ${accounts} ${accounts === 1 ? 'account' : 'accounts'} (pid ${pid})`,
    zh: `开始看护 ${accounts} 个账号（pid ${pid}）`,
  }),
  ended: {
    en: 'watch ended; what was begun is settled by the next run',
    zh: 'watch 已结束；没有做完的步骤由下一次运行处理',
  },
  reloaded: { en: 'settings loaded anew', zh: '已重新读取设置' },
  notReloaded: {
    en: 'the new settings cannot be used; the watch goes on with the ones before, and no renewal works until they are mended',
    zh: '无法使用新设置；watch 继续使用原来的设置，改正之前无法续期',
  },
  noFeishu: {
    en: 'Feishu is not set up: questions wait for `keyturn unblock`',
    zh: '没有设置飞书：需要你处理时，请运行 `keyturn unblock`',
  },
  renewing: { en: 'renewing', zh: '正在续期' },
  opening: { en: 'opening the browser for its owner', zh: '正在为你打开浏览器' },
  delivering: { en: 'delivering its key', zh: '正在投递密钥' },
  asked: (seen: Text): Text => ({ en: `its owner was asked: ${seen.en}`, zh: `已向你提问：${seen.zh}` }),
  notAsked: (seen: Text): Text => ({
    en: `its owner could not be asked; trying again soon: ${seen.en}`,
    zh: `无法向你提问，稍后重试：${seen.zh}`,
  }),
} as const;
