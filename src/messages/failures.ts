import { connectionCut } from './network-reasons.js';
import { same, stop, withoutStop, type Text } from './text.js';

/** With a full stop in the sentence's own language. */
export const asSentence = ({ en, zh }: Text): Text => ({
  en: stop.test(en) ? en : `${en}.`,
  zh: stop.test(zh) ? zh : `${zh}。`,
});

/** In brackets: something that stands behind what was said. An empty text adds nothing. */
const bracketed = (text: string): Text => (text === '' ? same('') : { en: ` (${text})`, zh: `（${text}）` });

/** What an answer of the console means; the label of its request stands before it. */
export const answerTexts = {
  /** @param quote the console's own words, or what was seen */
  of: (label: string, what: Text, quote = ''): Text => ({
    en: `${label}: ${what.en}${bracketed(quote).en}.`,
    zh: `${label}：${what.zh}${bracketed(quote).zh}。`,
  }),
  blocked: { en: 'the account is blocked', zh: '账号已被封禁' },
  signedOut: { en: 'the session is not signed in any more', zh: '会话已退出登录' },
  busy: { en: 'the console is too busy', zh: '控制台繁忙' },
  comeLater: { en: 'the site asks to come again later', zh: '网站要求稍后再来' },
  maintenance: { en: 'the site is under maintenance', zh: '网站正在维护' },
  refusesVisitor: { en: 'the site refuses this visitor', zh: '网站拒绝访问' },
  status: (status: number): Text => ({ en: `it was answered with HTTP ${status}`, zh: `收到 HTTP ${status}` }),
  unanswered: (why: Text): Text => ({ en: `it was not answered: ${why.en}`, zh: `没有响应：${why.zh}` }),
  connectionBroke: connectionCut,
  nothingThere: (note: string): Text => ({
    en: `there is nothing at this address any more (HTTP 404)${note === '' ? '' : `. ${note}`}`,
    zh: `这个地址已经不存在（HTTP 404）${note === '' ? '' : `。${note}`}`,
  }),
  consoleRefused: { en: 'the console refused', zh: '控制台拒绝了请求' },
  html: { en: 'an HTML page came where JSON was expected', zh: '应为 JSON，却收到 HTML 页面' },
  notJson: { en: 'the answer is not JSON', zh: '响应不是 JSON' },
  noObject: { en: 'the answer is not a JSON object', zh: '响应不是 JSON 对象' },
  lacks: (field: string): Text => ({ en: `the answer has no "${field}"`, zh: `响应中没有“${field}”` }),
  lacksAll: (fields: string): Text => ({ en: `the answer has none of ${fields}`, zh: `响应中没有 ${fields}` }),
  unfit: (field: string, length: number): Text => ({
    en: `"${field}" holds ${length} characters that do not fit \`key.pattern\``,
    zh: `“${field}”中有 ${length} 个字符，与 \`key.pattern\` 不符`,
  }),
  signedOutBy: (to: string): Text => ({
    en: `it was redirected to ${to}: the session is not signed in any more`,
    zh: `被重定向到 ${to}：会话已退出登录`,
  }),
  redirected: (to: string): Text => ({
    en: `it was redirected to ${to}, which the profile does not expect`,
    zh: `被重定向到 ${to}，站点配置中没有这种情况`,
  }),
  withoutKey: (why: Text): Text => ({
    en: `it was answered without a new key: ${why.en}`,
    zh: `响应中没有新密钥：${why.zh}`,
  }),
  held: (fields: string, what: 'same' | 'mask' | 'nothing'): Text => ({
    en: `${fields} held ${{ same: 'the same key as before', mask: 'only a mask', nothing: 'nothing' }[what]}`,
    zh: `${fields} ${{ same: '仍是之前的密钥', mask: '只有打码的密钥', nothing: '是空的' }[what]}`,
  }),
  askedFor: (challenge: Text, label: string): Text => ({
    en: `${challenge.en}, asked for by ${label}`,
    zh: `${challenge.zh}（来自 ${label}）`,
  }),
};

/** What the key page shows, or why it shows nothing. */
export const pageTexts = {
  notOpened: (why: Text): Text => ({
    en: `The key page could not be opened: ${why.en}.`,
    zh: `无法打开密钥页面：${why.zh}。`,
  }),
  serverStatus: (status: number): Text => ({
    en: `the server answered with HTTP ${status}`,
    zh: `服务器返回 HTTP ${status}`,
  }),
  errorPage: { en: 'the browser shows its error page', zh: '浏览器显示错误页面' },
  notReady: (site: string, seconds: number, shown: string): Text => ({
    en: `The key page of ${site} did not become ready within ${seconds} s. ${shows(shown).en}`,
    zh: `${site} 的密钥页面在 ${seconds} 秒内没有就绪。${shows(shown).zh}`,
  }),
  noKeyShown: {
    en: 'The key page shows neither a key nor that there is none.',
    zh: '密钥页面既没有显示密钥，也没有说明没有密钥。',
  },
  blocked: (site: string): Text => ({
    en: `${site} says on its page that the account is blocked.`,
    zh: `${site} 的页面显示账号已被封禁。`,
  }),
  stepsLedNowhere: { en: 'The steps of the site profile led nowhere.', zh: '站点配置中的步骤没有结果。' },
  stepFailed: (step: Text, why: keyof typeof stepReasons, shown: string): Text => ({
    en: `${step.en} could not be done: ${stepReasons[why].en}. ${shows(shown).en}`,
    zh: `无法完成${step.zh}：${stepReasons[why].zh}。${shows(shown).zh}`,
  }),
  step: (index: number, count: number, what: string): Text => ({
    en: `step ${index} of ${count} (${what})`,
    zh: `第 ${index}/${count} 步（${what}）`,
  }),
  newKeyMissing: (seen: Text, network: Text): Text => ({
    en: `The new key did not appear, neither in an answer nor on the page: ${seen.en}.${network.en}`,
    zh: `响应和页面上都没有出现新密钥：${seen.zh}。${network.zh}`,
  }),
  noAnswerTo: (label: string): Text => ({ en: ` No answer to ${label} came.`, zh: `没有收到 ${label} 的响应。` }),
  inAnswerTo: (label: string, what: Text): Text => ({
    en: ` In the answer to ${label}, ${what.en}.`,
    zh: `在 ${label} 的响应中，${what.zh}。`,
  }),
  noPlace: { en: 'the site profile names no place for it on the page', zh: '站点配置没有指定它在页面上的位置' },
  found: (place: string, found: readonly Text[]): Text => ({
    en: `${place} found ${found.map(({ en }) => en).join(', ') || 'nothing'}`,
    zh: `${place} ${found.length === 0 ? '没有找到任何内容' : `找到${found.map(({ zh }) => zh).join('、')}`}`,
  }),
  foundText: (length: number, isKey: boolean): Text => ({
    en: `a text of ${length} characters that ${isKey ? 'holds a key from before' : 'does not fit `key.pattern`'}`,
    zh: `${length} 个字符的文本，${isKey ? '其中是之前的密钥' : '与 `key.pattern` 不符'}`,
  }),
  changedMeanwhile: {
    en: 'The key was changed while the challenge was cleared, but the new one was not shown.',
    zh: '处理验证期间密钥已更换，但没有显示新密钥。',
  },
  codesRefused: (codes: number): Text => ({
    en: `${codes} codes were not accepted`,
    zh: `填写的 ${codes} 个验证码都没有被接受`,
  }),
  gaveUp: { en: 'the person at the browser gave up', zh: '浏览器前的人放弃了' },
  nobodyActed: { en: 'nobody did what was asked in time', zh: '没有人及时处理' },
  hangs: (seconds: number): Text => ({
    en: `The browser did not answer for ${seconds} s and was ended.`,
    zh: `浏览器 ${seconds} 秒没有响应，已被结束。`,
  }),
  browserGone: { en: 'The browser went away in the middle of the work.', zh: '浏览器中途退出。' },
  windowGone: {
    en: 'The browser went away in the middle of the work (its window may have been closed).',
    zh: '浏览器中途退出（窗口可能被关闭了）。',
  },
  processEnded: {
    en: 'The process that drives the browser ended in the middle of the work.',
    zh: '驱动浏览器的进程中途结束。',
  },
};

const stepReasons = {
  missing: { en: 'its element was not found', zh: '没有找到它的元素' },
  rotates: {
    en: 'its element is the one that replaces the key, and reading changes nothing',
    zh: '它的元素正是更换密钥的控件，而读取不做任何更改',
  },
  covered: { en: 'something on the page takes the clicks meant for its element', zh: '页面上有东西挡住了它的元素' },
  failed: { en: 'its element did not react in time', zh: '它的元素没有及时响应' },
};

const shows = (text: string): Text =>
  text === ''
    ? { en: 'The page shows no text.', zh: '页面没有文字。' }
    : { en: `The page shows: ${text}`, zh: `页面显示：${text}` };

export const failureTexts = {
  /** Two observations as one sentence. */
  and: (first: Text, second: Text): Text => ({
    en: `${withoutStop(first).en}; ${second.en}`,
    zh: `${withoutStop(first).zh}；${second.zh}`,
  }),
  neverSignedIn: { en: 'nobody has signed in yet', zh: '还没有人登录过' },
  noSession: { en: 'no saved session to replay', zh: '没有保存过会话' },
  lacksCookies: (names: string): Text => ({
    en: `The saved session has none of the cookies ${names}.`,
    zh: `已保存的会话中没有 ${names} 这些 cookie。`,
  }),
  noMethod: { en: 'No way to renew is set up for this account.', zh: '这个账号没有设置续期方式。' },
  killed: {
    en: 'An earlier run was ended between the press and its answer.',
    zh: '之前的一次运行在点击之后、收到响应之前被结束。',
  },
  closed: (site: string, why: Text, announced: string | undefined, note: string | undefined): Text => {
    const about = announced === undefined ? same('') : closing(announced);
    return {
      en: `${site} has closed: ${why.en}.${note === undefined ? about.en : ` ${note}`}`,
      zh: `${site} 已关闭：${why.zh}。${note ?? about.zh}`,
    };
  },
  closedBy: {
    answer: (label: string): Text => ({ en: `${label} was answered so`, zh: `${label} 的响应如此` }),
    status: (status: number): Text => ({
      en: `its key page was answered with HTTP ${status}`,
      zh: `密钥页面返回 HTTP ${status}`,
    }),
    page: { en: 'its key page says so', zh: '密钥页面如此显示' },
  },
};

const closing = (date: string): Text => ({
  en: ` Its closing was announced for ${date}.`,
  zh: `已公告于 ${date} 关闭。`,
});

/** What the key's own service says of it. */
export const verificationTexts = {
  banned: (host: string): Text => ({ en: `${host} has blocked the account`, zh: `${host} 已封禁账号` }),
  invalid: (host: string): Text => ({ en: `${host} does not accept the key`, zh: `${host} 不接受这个密钥` }),
  unanswered: (host: string, why: Text): Text => ({ en: `${host}: ${why.en}`, zh: `${host}：${why.zh}` }),
  unknownAnswer: (host: string, status: number): Text => ({
    en: `${host} answered with HTTP ${status}, which the site profile does not know`,
    zh: `${host} 返回 HTTP ${status}，站点配置中没有说明`,
  }),
  noProbe: { en: 'the site profile has no probe', zh: '站点配置没有探测请求' },
  probeOff: { en: 'this account has no probe (--probe-url none)', zh: '这个账号不做探测（--probe-url none）' },
};

/** How things were left after a run. */
export const keyStateTexts = {
  noKey: { en: 'keyturn has no key of this account yet.', zh: 'keyturn 还没有这个账号的密钥。' },
  noExpiry: { en: 'The current key was left as it is; its expiry is not known.', zh: '当前密钥没有变化，有效期未知。' },
  works: (until: Text, left: Text): Text => ({
    en: `The current key was left as it is and works until ${until.en}, ${left.en} from now.`,
    zh: `当前密钥没有变化，有效期至 ${until.zh}，还有 ${left.zh}。`,
  }),
  expired: (at: Text): Text => ({
    en: `The current key was left as it is, but it expired at ${at.en}.`,
    zh: `当前密钥没有变化，但已在 ${at.zh} 过期。`,
  }),
  worksOnly: (until: Text): Text => ({
    en: `The current key works until ${until.en}; nothing was rotated.`,
    zh: `当前密钥有效期至 ${until.zh}；没有更换密钥。`,
  }),
  oldKept: {
    en: 'The old key still works and stays the current one; the new one is kept with the previous keys.',
    zh: '旧密钥仍然有效，继续使用；新密钥与以前的密钥一起保存。',
  },
  newKept: {
    en: 'The new key is the current one, because the old one does not work either.',
    zh: '旧密钥也已失效，因此新密钥是当前密钥。',
  },
  unsettled: {
    en: 'A rotation may have reached the site without its answer, so the old key may be dead: the next run reads the console and settles it.',
    zh: '更换密钥的请求可能已到达网站，但没有收到响应，旧密钥可能已失效：下一次运行会查看控制台并处理。',
  },
  /** @param oldKey whether the service still accepts the key from before; absent if there is none */
  notSeen: (oldKey: 'valid' | 'invalid' | 'unknown' | undefined, isFurther: boolean): Text => {
    const old = oldKey === undefined ? keyStateTexts.noKey : oldKeys[oldKey](isFurther);
    return {
      en: `The console may hold a key that nobody has: look at its key page, and delete that key there. ${old.en}`,
      zh: `控制台里可能有一个无人持有的密钥：请查看密钥页面并删除它。${old.zh}`,
    };
  },
  loginKept: {
    en: 'Nothing was saved; a login and a key from before are as they were.',
    zh: '没有保存任何内容；之前的登录和密钥没有变化。',
  },
};

const oldKeys = {
  valid: (): Text => ({ en: 'The service still accepts the key from before.', zh: '服务仍然接受之前的密钥。' }),
  invalid: (isFurther: boolean): Text => ({
    en: `The service does not accept the key from before any more${isFurther ? '' : '; the next run makes one further key'}.`,
    zh: `服务不再接受之前的密钥${isFurther ? '' : '；下一次运行会再生成一个密钥'}。`,
  }),
  unknown: (): Text => ({
    en: 'Whether the key from before still works could not be checked.',
    zh: '无法检查之前的密钥是否仍然有效。',
  }),
};

/** How the owner's part ended. */
export const handoffTexts = {
  declined: { en: 'The owner chose to skip it this time.', zh: '本人选择这次跳过。' },
  snoozed: (until: Text): Text => ({
    en: `The owner asked to be reminded at ${until.en}.`,
    zh: `本人要求在 ${until.zh} 再提醒。`,
  }),
  leftToWatch: { en: 'keyturn watch is running and asks the owner.', zh: 'keyturn watch 正在运行，由它询问本人。' },
  noAnswer: { en: 'The owner was asked and did not answer in time.', zh: '已询问本人，但没有及时回答。' },
  nobodyAsked: { en: 'Nobody could be asked.', zh: '没有人可以询问。' },
};
