import type { Text } from './text.js';

/** What each setting means. */
export const settingMeanings = {
  language: {
    en: 'Language of prompts and messages. auto: the locale at the terminal, Chinese in Feishu.',
    zh: '提示和消息的语言。auto：终端用系统语言，飞书用中文。',
  },
  'feishu.appId': { en: 'The Feishu app that sends the messages.', zh: '发送消息的飞书应用。' },
  'feishu.appSecret': { en: "The app's secret.", zh: '应用的 App Secret。' },
  'feishu.receiver': {
    en: 'The open_id of the one person who is asked and told.',
    zh: '接收提问和消息的人的 open_id，只有一个人。',
  },
  'feishu.domain': {
    en: 'feishu (feishu.cn), lark (larksuite.com), or the address of a private deployment.',
    zh: 'feishu（feishu.cn）、lark（larksuite.com），或私有部署的地址。',
  },
  'feishu.allowHttp': {
    en: 'Accept a plain http:// feishu.domain at a public address; the app secret and every message cross the internet in clear.',
    zh: '允许 feishu.domain 在公网地址上使用明文 http；App Secret 和所有消息都会以明文传输。',
  },
  'feishu.answers': {
    en: 'How answers arrive: connection (buttons and replies), polling (replies, read from the chat), or auto: the connection, until `keyturn notify test` finds that only polling works.',
    zh: '怎样接收回答：connection（按钮和回复）、polling（从聊天里读取回复），或 auto：使用长连接，直到 `keyturn notify test` 发现只有读取聊天可行。',
  },
  'notify.success': {
    en: 'Tell of renewed keys. quiet: only when the person had been asked or told of a failure before.',
    zh: '密钥续期后发消息。quiet：只在之前提问过或报告过失败时发。',
  },
  'notify.failure': { en: 'Tell of failed unattended renewals.', zh: '无人值守的续期失败时发消息。' },
  'notify.includeKey': {
    en: 'Put the whole new key into the message instead of its mask.',
    zh: '消息里写出完整的新密钥，而不是打码的。',
  },
  'handoff.wait': {
    en: 'How long a run waits for a person before it ends with exit code 3.',
    zh: '一次运行最多等人多久；超过后以退出码 3 结束。',
  },
  'handoff.askAgainAfter': {
    en: 'How long after an unanswered question the next run may ask again.',
    zh: '提问没有得到回答时，隔多久可以再问。',
  },
  'browser.path': {
    en: 'The browser to use. Unset: the one that is found first.',
    zh: '使用哪个浏览器。未设置时使用找到的第一个。',
  },
  'browser.args': { en: 'More arguments for the browser.', zh: '给浏览器的额外参数。' },
  'browser.maxAtOnce': {
    en: 'How many browsers may run at once. auto: as many as fit the memory and processors.',
    zh: '同时最多运行几个浏览器。auto：由内存和处理器决定。',
  },
  'takeover.publicUrl': {
    en: 'How your phone reaches the takeover page: the address of a tunnel or a reverse proxy.',
    zh: '手机访问接管页面的地址：隧道或反向代理的地址。',
  },
  'takeover.host': { en: 'Where the takeover page listens.', zh: '接管页面监听的地址。' },
  'takeover.port': {
    en: 'The port of the takeover page; 0 is any free one. A reverse proxy needs a fixed one.',
    zh: '接管页面的端口；0 表示任意空闲端口。反向代理需要固定端口。',
  },
  'takeover.allowPrivateHttp': {
    en: 'Accept a plain http:// takeover.publicUrl on a private network that encrypts by itself, such as Tailscale.',
    zh: '允许接管页面在内网地址上使用明文 HTTP；只用于本身加密的网络，如 Tailscale、WireGuard。',
  },
  'login.timeout': {
    en: 'How long `keyturn login` waits for the person to sign in.',
    zh: '`keyturn login` 最多等人登录多久。',
  },
  'session.keepAlive': {
    en: 'A session that rested so long is used once over HTTP, so that it lives on or is known dead; or off.',
    zh: '会话闲置这么久之后，用 HTTP 访问一次，以保持登录或发现登录已失效；off 表示不访问。',
  },
  'watch.quietHours': {
    en: 'When `keyturn watch` bothers nobody (local time), unless the key dies before they end; or off.',
    zh: '`keyturn watch` 的安静时段（当地时间），期间不打扰人，除非密钥在此之前失效；off 表示没有。',
  },
  'watch.jitter': {
    en: 'The longest random wait before `keyturn watch` renews a key that has fallen due.',
    zh: '`keyturn watch` 为到期的密钥续期之前，最多随机等待多久。',
  },
  'watch.heartbeatUrl': {
    en: 'An address that `keyturn watch` gets while it lives, for an uptime service.',
    zh: '`keyturn watch` 运行期间定时访问的地址，供监控服务使用。',
  },
  'secrets.passphraseFile': {
    en: 'The file with the passphrase that encrypted records are opened with.',
    zh: '存放口令的文件，用来解开加密的记录。',
  },
  'log.level': { en: 'What the log file records.', zh: '日志文件记录哪些内容。' },
} satisfies Record<string, Text>;

/** The kinds of values; completes "must be …". */
export const settingKinds = {
  yesNo: { en: 'true | false', zh: 'true | false' },
  yesNoQuiet: { en: 'true | quiet | false', zh: 'true | quiet | false' },
  duration: (least: Text, most: Text): Text => ({
    en: `a duration from ${least.en} to ${most.en}, such as 90s, 15m, 84h`,
    zh: `${least.zh}到${most.zh}的时长，例如 90s、15m、84h`,
  }),
  orOff: (kind: Text): Text => ({ en: `${kind.en}, or off`, zh: `${kind.zh}，或 off` }),
  quietHours: { en: 'a part of the day such as 23:00-08:00', zh: '一天中的时段，例如 23:00-08:00' },
  count: { en: 'auto, or a number from 1 to 32', zh: 'auto，或 1 到 32 的数字' },
  port: { en: 'a port number, or 0 for any free one', zh: '端口号，0 表示任意空闲端口' },
  arguments: {
    en: 'browser arguments, as JSON ["--a", "--b"] or separated by spaces',
    zh: '浏览器参数：JSON 列表 ["--a", "--b"]，或用空格分隔',
  },
  feishuDomain: { en: 'feishu, lark, or an http(s) address', zh: 'feishu、lark 或 http(s) 地址' },
  absolutePath: { en: 'an absolute path', zh: '绝对路径' },
  appId: { en: 'an app ID such as cli_a1b2c3d4e5f6', zh: '应用 ID，例如 cli_a1b2c3d4e5f6' },
  appSecret: { en: 'the secret of the Feishu app, without spaces', zh: '飞书应用的 App Secret，不含空格' },
  openId: { en: 'an open_id such as ou_0123456789abcdef', zh: 'open_id，例如 ou_0123456789abcdef' },
  browser: { en: 'a path, or chrome, chromium or msedge', zh: '路径，或 chrome、chromium、msedge' },
  publicUrl: {
    en: 'an http(s) address such as https://keyturn.example.com',
    zh: 'http(s) 地址，例如 https://keyturn.example.com',
  },
  host: { en: 'an address to listen on, such as 127.0.0.1', zh: '监听地址，例如 127.0.0.1' },
  url: { en: 'an http(s) address', zh: 'http(s) 地址' },
} as const;
