import type { Text } from './text.js';

/** What a challenge of this vendor is to a person. Any other has the name of its kind. */
const byVendor: Readonly<Record<string, Text>> = {
  'baxia-nc': { en: 'a slider CAPTCHA', zh: '滑块验证' },
  'baxia-scratch': { en: 'a scratch CAPTCHA', zh: '刮刮卡验证' },
  'baxia-sm': { en: 'a click CAPTCHA', zh: '点击验证' },
  baxia: { en: 'a risk-control check', zh: '风控验证' },
  'aliyun-waf': { en: 'a slider CAPTCHA', zh: '滑块验证' },
  'alibaba-step-up': { en: 'a verification code', zh: '验证码' },
  arkose: { en: 'a puzzle', zh: '拼图验证' },
  perimeterx: { en: 'a "press and hold" check', zh: '长按验证' },
  bytedance: { en: 'a slider CAPTCHA', zh: '滑块验证' },
  'wechat-qr': { en: 'a WeChat QR sign-in', zh: '微信扫码登录' },
};

const byKind = {
  captcha: { en: 'a CAPTCHA', zh: '人机验证' },
  login: { en: 'a sign-in form', zh: '登录框' },
  '2fa': { en: 'a verification code', zh: '验证码' },
} as const;

type Kind = keyof typeof byKind;

const nameOf = (kind: Kind, vendor: string): Text => byVendor[vendor] ?? byKind[kind];
const verbOf = (kind: Kind) => (kind === '2fa' ? '要求输入' : '出现了');

/** What a person sees, without vendor and address: `a slider CAPTCHA`. */
export function seenText(kind: Kind, vendor: string): Text {
  const { en, zh } = nameOf(kind, vendor);
  return { en, zh: `页面${verbOf(kind)}${zh}` };
}

/** What was seen and where, on one line: `a slider CAPTCHA (baxia-nc) on /profile`. An empty `page` is not shown. */
export function challengeText(kind: Kind, vendor: string, page: string): Text {
  const name = nameOf(kind, vendor);
  const isNamed = !['generic', 'none', ''].includes(vendor);
  return {
    en: `${name.en}${isNamed ? ` (${vendor})` : ''}${page === '' ? '' : ` on ${page}`}`,
    zh: `${page === '' ? '页面' : `页面 ${page} `}${verbOf(kind)}${name.zh}${isNamed ? `（${vendor}）` : ''}`,
  };
}
