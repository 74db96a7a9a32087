import { same, type Text } from './text.js';

const nothingStarted = {
  en: 'The takeover page was not started. The page that needs you was left as it is.',
  zh: '没有启动接管页面。需要你操作的页面保持原样。',
};

export const takeoverErrorTexts = {
  unsafeAddress: ({ reason, next }: { reason: Text; next: string }) => ({
    message: { en: `The takeover page has no safe address: ${reason.en}.`, zh: `接管页面的地址不安全：${reason.zh}。` },
    state: nothingStarted,
    hint: same(next),
  }),
  openWithoutHttps: (host: string): Text => ({
    en: `takeover.host is ${host}, which other machines can reach, but takeover.publicUrl is not an https:// address, so others could read the codes and passwords that you type`,
    zh: `takeover.host 是 ${host}，其他机器可以访问，但 takeover.publicUrl 不是 https:// 地址，你输入的验证码和密码可能被他人读取`,
  }),
  plainPublic: (host: string): Text => ({
    en: `takeover.publicUrl uses plain http:// and ${host} is not this machine, so others on the network could read what you type and take over the page`,
    zh: `takeover.publicUrl 使用明文 http://，而 ${host} 不是本机，网络上的其他人可能读取你输入的内容，并控制页面`,
  }),
  plainPrivate: (host: string): Text => ({
    en: `takeover.publicUrl uses plain http:// at ${host}, an address of a private network, so others on that network could read what you type. If the network itself encrypts, as Tailscale and WireGuard do, set takeover.allowPrivateHttp to true`,
    zh: `takeover.publicUrl 在内网地址 ${host} 上使用明文 http://，同一网络里的其他人可能读取你输入的内容。如果网络本身加密（如 Tailscale、WireGuard），可以把 takeover.allowPrivateHttp 设为 true`,
  }),
  portUnusable: ({ host, port, reason }: { host: string; port: number; reason: string }) => ({
    message: {
      en: `The takeover page cannot listen on ${host}, port ${port}: ${reason}.`,
      zh: `接管页面无法监听 ${host} 的端口 ${port}：${reason}。`,
    },
    state: nothingStarted,
    hint: same('keyturn config set takeover.port 0'),
  }),
  pageGone: () => ({
    message: {
      en: 'The browser page that needs you was closed before it could be shown.',
      zh: '需要你操作的浏览器页面还没有显示就关闭了。',
    },
    state: {
      en: 'The takeover page was stopped. The account and its key were not changed.',
      zh: '接管页面已停止。账号和密钥没有变化。',
    },
    hint: same('keyturn unblock --remote'),
  }),
};
