import { listed, same, type Text } from './text.js';

const inChinese = {
  'a request': '请求',
  'reading the bot': '读取机器人信息',
  'reading the chat': '读取聊天记录',
  "reading the app's scopes": '读取应用权限',
  'replacing a card': '更新卡片',
  'sending a message': '发送消息',
  'sending a reply': '发送回复',
  'signing in': '登录应用',
  'uploading a picture': '上传图片',
} as const;

/** What was asked of Feishu. */
export type FeishuAction = keyof typeof inChinese;

/** What Feishu answered, without secrets. `code` is Feishu's own number, `status` the HTTP status. */
export interface FeishuFailure {
  readonly action: FeishuAction;
  readonly code?: number;
  readonly msg?: string;
  readonly status?: number;
  readonly logId?: string;
}

const notSent: Text = { en: 'No message was sent.', zh: '没有发送消息。' };
const goesOn: Text = { en: 'Renewals do not depend on Feishu.', zh: '续期不依赖飞书。' };
const test = same('keyturn notify test');

export const feishuErrorTexts = {
  badSettings: ({ problems, next }: { problems: readonly Text[]; next?: string }) => ({
    message: {
      en: `The Feishu settings are invalid: ${listed(problems).en}.`,
      zh: `飞书设置有误：${listed(problems).zh}。`,
    },
    state: notSent,
    hint: same(next ?? 'keyturn config list'),
  }),
  wrongSecret: (failure: FeishuFailure) => ({
    message: {
      en: `Feishu does not accept the app id and the app secret${answer(failure).en}.`,
      zh: `飞书不接受这组 App ID 和 App Secret${answer(failure).zh}。`,
    },
    state: notSent,
    hint: same('keyturn config set feishu.appSecret'),
  }),
  /** `reason`: why there was no answer. */
  unreachable: ({ reason, ...failure }: FeishuFailure & { reason?: Text }) => ({
    message: reason
      ? {
          en: `Feishu could not be reached for ${failure.action}: ${reason.en}.`,
          zh: `无法连接飞书（${inChinese[failure.action]}）：${reason.zh}。`,
        }
      : {
          en: `Feishu is too busy for ${failure.action}${answer(failure).en}.`,
          zh: `飞书繁忙，暂时无法${inChinese[failure.action]}${answer(failure).zh}。`,
        },
    state: goesOn,
    hint: test,
  }),
  refused: ({ advice, ...failure }: FeishuFailure & { advice?: Text }) => ({
    message: {
      en: `Feishu refused ${failure.action}${answer(failure).en}.${advice ? ` ${advice.en}` : ''}`,
      zh: `飞书拒绝了“${inChinese[failure.action]}”的请求${answer(failure).zh}。${advice?.zh ?? ''}`,
    },
    state: goesOn,
    hint: test,
  }),
  notFeishu: ({ action, status }: FeishuFailure) => ({
    message: {
      en:
        `The answer to ${action} is not Feishu's JSON${status ? ` (HTTP ${status})` : ''}. ` +
        'A proxy or a sign-in page of the network may be in between, or feishu.domain is wrong.',
      zh:
        `${inChinese[action]}时收到的不是飞书的 JSON${status ? `（HTTP ${status}）` : ''}。` +
        '中间可能有代理或网络的登录页，也可能是 feishu.domain 有误。',
    },
    state: goesOn,
    hint: same('keyturn config get feishu.domain'),
  }),
  noLongConnection: ({ reason }: { reason: Text }) => ({
    message: {
      en: `The long connection to Feishu could not be opened: ${reason.en}.`,
      zh: `无法建立飞书长连接：${reason.zh}。`,
    },
    state: { en: 'No button presses or replies arrive over it.', zh: '它收不到按钮操作和回复。' },
    hint: test,
  }),
};

/** Completes "are invalid". */
export const plainHttp = (domain: string): Text => ({
  en: `feishu.domain is ${domain}, plain http at a public address: the app secret could be read on the way; feishu.allowHttp insists`,
  zh: `feishu.domain 是 ${domain}，公网上的明文 http 地址，App Secret 在途中可能被读取；确实需要时把 feishu.allowHttp 设为 true`,
});

/** Why a request or the long connection failed. */
export const feishuReasons = {
  cancelled: { en: 'cancelled', zh: '已取消' },
  noAnswer: { en: 'no answer in time', zh: '没有及时响应' },
  connectionCut: { en: 'the connection was cut', zh: '连接中断' },
  noSocket: { en: 'a proxy in between may not let WebSockets through', zh: '中间的代理可能不支持 WebSocket' },
  notUp: (ms: number): Text => ({ en: `not up within ${ms} ms`, zh: `${ms} 毫秒内没有建立` }),
  missing: (key: string): Text => ({ en: `${key} is missing`, zh: `缺少 ${key}` }),
} as const;

function answer({ code, msg, status, logId }: FeishuFailure): Text {
  const httpStatus = status === undefined || status === 200 ? '' : `HTTP ${status}`;
  const list = (words: readonly string[]) => words.filter((word) => word !== '');
  const en = list([code === undefined ? '' : `code ${code}`, msg ?? '', httpStatus, logId ? `log id ${logId}` : '']);
  const zh = list([code === undefined ? '' : `代码 ${code}`, msg ?? '', httpStatus, logId ? `日志 ID ${logId}` : '']);
  return en.length > 0 ? { en: ` (${en.join(', ')})`, zh: `（${zh.join('，')}）` } : same('');
}
