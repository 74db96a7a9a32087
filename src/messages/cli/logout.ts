import type { Text } from '../text.js';

export const logoutTexts = {
  about: {
    en: 'delete the browser profile, session and screenshots from this machine; keep the key and the history',
    zh: '删除本机上的浏览器用户目录、会话和截图；保留密钥和历史',
  },
  question: (account: string): Text => ({
    en: `Delete the sign-in of ${account} from this machine? The next renewal will need a new sign-in.`,
    zh: `删除 ${account} 在本机的登录？下次续期需要重新登录。`,
  }),
  done: (account: string): Text => ({
    en: `${account}: the sign-in was deleted from this machine; the site itself was not signed out`,
    zh: `${account}：本机的登录已删除；没有在网站上退出登录`,
  }),
} as const;
