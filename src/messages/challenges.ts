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
  overlay: { en: 'a notice that covers the page', zh: '挡住页面的弹窗' },
} as const;

/** What the texts say of a challenge. */
interface Shown {
  readonly kind: keyof typeof byKind;
  readonly vendor: string;
  readonly withCaptcha?: boolean;
}

function nameOf({ kind, vendor, withCaptcha }: Shown): Text {
  const { login, captcha } = byKind;
  if (!withCaptcha) return byVendor[vendor] ?? byKind[kind];
  const check = byVendor[vendor] ?? captcha;
  return { en: `${login.en} with ${check.en}`, zh: `${login.zh}和${check.zh}` };
}

const verbOf = ({ kind }: Shown) => (kind === '2fa' ? '要求输入' : '出现了');

/** What a person sees, without vendor and address: `a slider CAPTCHA`. */
export function seenText(shown: Shown): Text {
  const { en, zh } = nameOf(shown);
  return { en, zh: `页面${verbOf(shown)}${zh}` };
}

/** What was seen and where, on one line: `a slider CAPTCHA (baxia-nc) on /profile`. An empty `page` is not shown. */
export function challengeText(shown: Shown, page: string): Text {
  const { vendor } = shown;
  const name = nameOf(shown);
  const isNamed = !['generic', 'none', ''].includes(vendor);
  return {
    en: `${name.en}${isNamed ? ` (${vendor})` : ''}${page === '' ? '' : ` on ${page}`}`,
    zh: `${page === '' ? '页面' : `页面 ${page} `}${verbOf(shown)}${name.zh}${isNamed ? `（${vendor}）` : ''}`,
  };
}
