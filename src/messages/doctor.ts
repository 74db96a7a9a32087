import { inEach, type Text } from './text.js';

const inChinese: Readonly<Record<string, string>> = {
  settings: '设置',
  permissions: '权限',
  'secrets at rest': '加密',
  disk: '磁盘',
  browser: '浏览器',
  sandbox: '沙箱',
  display: '显示器',
  schedule: '定时任务',
  takeover: '接管页面',
  feishu: '飞书',
  secret: '应用密钥',
  bot: '机器人',
  scopes: '应用权限',
  connection: '长连接',
  message: '消息',
  accounts: '账号',
  account: '账号',
  lock: '占用',
  key: '密钥',
  session: '会话',
  rotation: '更换密钥',
  question: '提问',
  'last run': '上次运行',
  profile: '浏览器配置',
  history: '历史',
  delivery: '投递',
  hook: '钩子',
  site: '网站',
  clock: '时钟',
  proxy: '代理',
  certificates: '证书',
  service: '服务',
};

/** The name of a check, such as `key` or `delivery env`. */
export function checkName(check: string): Text {
  const [, kind = check, name = ''] = /^(delivery|hook)( .*)$/.exec(check) ?? [];
  return { en: check, zh: `${inChinese[kind] ?? kind}${name}` };
}

const then = (text: Text, en: string, zh: string): Text => ({ en: `${text.en}${en}`, zh: `${text.zh}${zh}` });
const why = (reason: Text | undefined): Text => ({
  en: reason ? `: ${reason.en}` : '',
  zh: reason ? `：${reason.zh}` : '',
});

/** What `keyturn doctor` finds, one part of a sentence each. The words of errors stand with the errors. */
export const findingTexts = {
  late: (span: Text): Text => ({
    en: `no answer within ${span.en}, so nothing is known of it`,
    zh: `${span.zh}内没有结果，情况未知`,
  }),
  bug: (said: string): Text => ({ en: `the check failed unexpectedly: ${said}`, zh: `检查意外失败：${said}` }),
  reportBug: { en: 'report this as a bug, with the line above', zh: '这是程序缺陷，请附上上面这一行反馈' },

  diskFree: (free: string, folder: string): Text => ({ en: `${free} free in ${folder}`, zh: `${folder} 可用 ${free}` }),
  diskNearlyFull: (free: string, folder: string): Text => ({
    en: `the disk is nearly full: ${free} are left in ${folder}`,
    zh: `磁盘快满了：${folder} 只剩 ${free}`,
  }),
  diskFull: (free: string, folder: string): Text => ({
    en: `the disk is as good as full: ${free} are left in ${folder}, so neither a new key nor the browser's profile may fit`,
    zh: `磁盘已满：${folder} 只剩 ${free}，可能放不下新密钥和浏览器配置`,
  }),
  nothingStored: (home: string): Text => ({
    en: `nothing is stored yet (${home})`,
    zh: `还没有保存任何内容（${home}）`,
  }),
  allPrivate: (count: number): Text => ({
    en: `${count} files and folders are yours alone`,
    zh: `${count} 个文件和文件夹都只有你能访问`,
  }),
  manyExposed: (count: number, first: string, why: Text): Text => ({
    en: `${count} files and folders are not yours alone; the first, ${first}, ${why.en}`,
    zh: `${count} 个文件和文件夹不是只有你能访问；第一个是 ${first}，它${why.zh}`,
  }),
  defaultSettings: { en: 'all as they come', zh: '全部是默认值' },
  validSettings: (count: number, path: string): Text => ({
    en: `${count} set, all valid (${path})`,
    zh: `已设置 ${count} 项，全部有效（${path}）`,
  }),
  mixedRecords: (encryption: Text, plain: number): Text => ({
    en: `encryption is ${encryption.en}, and ${plain} files are in the clear`,
    zh: `加密${encryption.zh}，有 ${plain} 个文件没有加密`,
  }),
  encrypted: (protectors: readonly Text[]): Text => ({
    en: `encrypted, and the key can be had (${protectors.map(({ en }) => en).join(', ')})`,
    zh: `已加密，可以解密（${protectors.map(({ zh }) => zh).join('、')}）`,
  }),
  watchRuns: (holder: Text): Text => ({
    en: `keyturn watch runs: ${holder.en}`,
    zh: `keyturn watch 正在运行：${holder.zh}`,
  }),
  noSchedule: {
    en: 'none: keys are renewed only when somebody runs keyturn refresh',
    zh: '没有：只有手动运行 keyturn refresh 时才会续期',
  },

  browserStarts: (version: string, seconds: string, path: string): Text => ({
    en: `version ${version} starts, in ${seconds} s (${path})`,
    zh: `版本 ${version} 可以启动，用时 ${seconds} 秒（${path}）`,
  }),
  weakArgument: (argument: string): Text => ({
    en: `${argument} takes away what protects the signed-in browser or this machine`,
    zh: `${argument} 会取消对已登录的浏览器或这台机器的保护`,
  }),
  sandboxOn: { en: 'on', zh: '已开启' },
  sandboxOff: {
    en: "off, because you are root; run keyturn as an ordinary user to keep Chromium's sandbox on",
    zh: '已关闭，因为当前用户是 root；请以普通用户运行 keyturn，让 Chromium 的沙箱保持开启',
  },
  desktop: { en: 'the desktop', zh: '桌面' },
  privateDisplay: {
    en: 'none; a private one starts when it is needed, and you see its page on the takeover link',
    zh: '没有；需要时会启动一个专用的，页面可以通过接管链接查看',
  },
  phoneNotTried: (url: string): Text => ({
    en: `not checked: open ${url} on your phone; an error page of your proxy or tunnel also shows that the way is right`,
    zh: `没有检查：请在手机上打开 ${url}；看到代理或隧道的错误页面，也说明地址是通的`,
  }),
  portChanges: {
    en: 'takeover.publicUrl is set, but takeover.port changes with every run, so nothing can lead to it',
    zh: '设置了 takeover.publicUrl，但 takeover.port 每次运行都会变，这个地址无法一直指向它',
  },

  feishuNotSetUp: {
    en: 'not set up: you are asked at the terminal only, and failures reach nobody',
    zh: '没有设置：只能在终端提问，续期失败时没有人收到通知',
  },
  feishuHalfSetUp: (missing: readonly string[]): Text => ({
    en: `half set up: ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing`,
    zh: `没有设置完整：缺少 ${missing.join('、')}`,
  }),
  feishuSilent: (message: Text): Text =>
    then(message, '; renewals go on, but nobody can be asked or notified', '；续期照常进行，但无法提问和通知'),
  secretAccepted: (appId: string): Text => ({
    en: `the app id and secret are accepted (${appId})`,
    zh: `App ID 和 App Secret 有效（${appId}）`,
  }),
  hasBot: { en: 'the app has its bot', zh: '应用有机器人' },
  appIsOff: {
    en: 'the organisation has not enabled the app, or has switched it off: no message can be sent',
    zh: '企业没有启用这个应用，或已停用：无法发送消息',
  },
  scopesGranted: { en: 'all that is needed is granted', zh: '需要的权限都已开通' },
  scopeMissing: (scope: string, without: Text): Text => ({
    en: `${scope} is not granted: ${without.en}; grant it (权限管理), then create a version and publish it`,
    zh: `没有开通 ${scope}：${without.zh}；请在“权限管理”里开通，然后创建版本并发布`,
  }),
  polling: {
    en: 'not used: answers are read from the chat (feishu.answers)',
    zh: '不使用：从聊天记录读取回答（feishu.answers）',
  },
  noAnswers: (message: Text): Text => then(message, '; no answer can arrive', '；收不到回答'),
  chatInstead: (message: Text): Text =>
    then(
      message,
      '; no answer can arrive until keyturn notify test has found another way',
      '；在 keyturn notify test 找到其他方式之前，收不到回答',
    ),
  watchConnected: (pid: number, host: string): Text => ({
    en: `Feishu gives one out; keyturn watch (pid ${pid} on ${host}) holds it`,
    zh: `可以建立；现在由 keyturn watch 使用（pid ${pid}，主机 ${host}）`,
  }),
  connects: {
    en: 'it comes up; whether your answers come over it, or to another program of this app, only an answer shows',
    zh: '可以建立；要收到一次回答，才能确定回答没有发给使用同一应用的其他程序',
  },
  notSent: {
    en: 'not tried: only a message shows whether the receiver is in the app’s availability range',
    zh: '没有测试：发一条消息才能确定接收人在应用的可用范围内',
  },
  sent: { en: 'one was sent to feishu.receiver, and Feishu took it', zh: '已向 feishu.receiver 发送一条，飞书已接收' },

  noAccount: { en: 'there is none yet', zh: '还没有账号' },
  disabled: { en: 'switched off', zh: '已停用' },
  noKey: { en: 'there is none yet', zh: '还没有密钥' },
  expiryUnknown: { en: 'no expiry is known', zh: '有效期未知' },
  goodFor: (span: Text, time: Text): Text => ({
    en: `good for ${span.en}, until ${time.en}`,
    zh: `还剩 ${span.zh}，有效期至 ${time.zh}`,
  }),
  renewedFrom: (state: Text, time: Text): Text => then(state, `; renewed from ${time.en} on`, `；从 ${time.zh} 起续期`),
  dueNow: (state: Text): Text => then(state, ', and due for renewal', '，应该续期了'),
  died: (span: Text, time: Text): Text => ({
    en: `it died ${span.en} ago, at ${time.en}`,
    zh: `已在 ${span.zh}前过期（${time.zh}）`,
  }),
  dies: (span: Text, time: Text): Text => ({
    en: `it dies in ${span.en}, at ${time.en}, and nothing has renewed it`,
    zh: `再过 ${span.zh}就过期（${time.zh}），却没有续期`,
  }),
  heldBy: (holder: Text): Text => ({ en: `held by ${holder.en}`, zh: `正被占用：${holder.zh}` }),
  stuck: (state: Text): Text => then(state, ': no run takes so long by itself', '；正常的运行不需要这么久'),
  noLogin: { en: 'there is no saved login', zh: '没有已保存的登录' },
  keyIsSafe: (time: Text): Text => ({
    en: `one was interrupted at ${time.en}; its new key is safe on disk, and the next refresh puts it in place`,
    zh: `${time.zh} 的一次更换被中断；新密钥已写入磁盘，下一次 refresh 会启用它`,
  }),
  keyUnseen: (time: Text, detail: Text): Text => ({
    en: `no new key was seen after the press at ${time.en}: ${detail.en}`,
    zh: `${time.zh} 按下按钮后没有看到新密钥：${detail.zh}`,
  }),
  interrupted: (time: Text): Text => ({
    en: `one was interrupted at ${time.en}, and whether the old key still works is unknown; the next refresh settles it`,
    zh: `${time.zh} 的一次更换被中断，旧密钥是否还有效不清楚；下一次 refresh 会处理`,
  }),
  waitsForYou: (since: Text, until: Text | undefined, seen: Text): Text => ({
    en: `it has been waiting for you since ${since.en}${until ? `, put off until ${until.en}` : ''}: ${seen.en}`,
    zh: `从 ${since.zh} 起等你处理${until ? `，已推迟到 ${until.zh}` : ''}：${seen.zh}`,
  }),
  lastRunFailed: (count: number, time: Text, message: Text): Text => ({
    en: `${count > 1 ? `the last ${count} runs failed, at last` : 'it failed'} at ${time.en}: ${message.en}`,
    zh: `${count > 1 ? `最近 ${count} 次都失败了，最后一次是 ${time.zh}` : `${time.zh} 失败`}：${message.zh}`,
  }),
  cannotTakeKey: (reason: Text | undefined): Text => ({
    en: `it cannot take a new key${why(reason).en}`,
    zh: `无法写入新密钥${why(reason).zh}`,
  }),
  holdsKey: (where: string): Text => ({ en: `holds the current key: ${where}`, zh: `已有当前密钥：${where}` }),
  lacksKey: (where: string, reason: Text | undefined): Text => ({
    en: `the current key is not there: ${where}${why(reason).en}`,
    zh: `没有当前密钥：${where}${why(reason).zh}`,
  }),
  hookProgram: (program: string, problem: Text): Text => inEach((language) => `${program} ${problem[language]}`),

  answers: (url: string, proxy: string | undefined, status: number): Text => ({
    en: `${url} answers${proxy ? ` through ${proxy}` : ''} with HTTP ${status}`,
    zh: `${url} ${proxy ? `通过 ${proxy} ` : ''}响应 HTTP ${status}`,
  }),
  answersBadly: (answer: Text): Text => then(answer, ', from the site or from the proxy', '，来自网站或代理'),
  silent: (url: string, proxy: string | undefined, reason: Text): Text => ({
    en: `${url} does not answer${proxy ? ` through the proxy ${proxy}` : ''}: ${reason.en}`,
    zh: `${url} ${proxy ? `通过代理 ${proxy} ` : ''}没有响应：${reason.zh}`,
  }),
  bundleRead: (variable: string, file: string, count: number): Text => ({
    en: `${variable} adds ${count} certificate ${count === 1 ? 'authority' : 'authorities'} (${file})`,
    zh: `${variable} 增加了 ${count} 个证书颁发机构（${file}）`,
  }),
  bundleEmpty: (variable: string, file: string): Text => ({
    en: `${variable} names ${file}, in which no certificate can be read`,
    zh: `${variable} 指定的 ${file} 里读不到证书`,
  }),
  browserTrusts: (folder: string): Text => ({
    en: `the site has a private certificate authority, which Chromium finds in ${folder}`,
    zh: `网站使用私有的证书颁发机构，Chromium 可以在 ${folder} 里找到它`,
  }),
  browserDistrusts: (folder: string): Text => ({
    en: `the site has a private certificate authority, which Chromium does not find in ${folder}: the browser will refuse the site (certutil is in libnss3-tools)`,
    zh: `网站使用私有的证书颁发机构，Chromium 在 ${folder} 里找不到它：浏览器会拒绝访问（certutil 在 libnss3-tools 软件包里）`,
  }),
  clockIsOff: (span: Text, isAhead: boolean, host: string): Text => ({
    en: `this machine is ${span.en} ${isAhead ? 'ahead of' : 'behind'} ${host}`,
    zh: `本机比 ${host} ${isAhead ? '快' : '慢'} ${span.zh}`,
  }),
  wrongTimes: (state: Text): Text =>
    then(state, ': times that are shown are off by as much', '：显示的时间也会差这么多'),
  wrongRenewals: (state: Text): Text => then(state, ': keys are renewed at the wrong time', '：会在错误的时间续期'),
  noHttp: {
    en: 'not tried: the site profile has no http section, so only a renewal shows whether it lives',
    zh: '没有检查：站点配置没有 http 部分，续期时才知道会话是否有效',
  },
  otherRun: { en: 'not tried, because another run holds the account', zh: '没有检查：这个账号正被另一次运行占用' },
  signedIn: (site: string): Text => ({ en: `signed in at ${site}`, zh: `已登录 ${site}` }),
  byPage: (detail: Text): Text => then(detail, '; renewals drive the page instead', '；续期会改为操作页面'),
  keyDeleted: {
    en: 'the console has no key any more: it was deleted there',
    zh: '控制台里已经没有密钥：在那里被删除了',
  },
  keyReplaced: {
    en: 'the console shows another key than the stored one: it was replaced there',
    zh: '控制台里的密钥与保存的不同：在那里被更换了',
  },
  keyExpired: { en: 'the console says that the key has expired', zh: '控制台显示密钥已过期' },
  keyAccepted: { en: 'accepts the key', zh: '接受密钥' },
  keyUnsure: (detail: Text): Text => ({
    en: `cannot tell whether the key is accepted: ${detail.en}`,
    zh: `无法确定是否接受密钥：${detail.zh}`,
  }),
  keyRefused: (detail: Text): Text => then(detail, ': whoever uses it meets refusals', '：使用它的程序会被拒绝'),
  keyBanned: (detail: Text): Text => then(detail, ': a new key would not help', '：换新密钥也没有用'),
} as const;
