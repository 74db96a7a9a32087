import type { Text } from './text.js';

/** Names of challenges by vendor. A vendor without an entry here gets the name of the challenge's kind. */
const byVendor: Readonly<Record<string, Text>> = {
  'baxia-nc': { en: 'a slider CAPTCHA', zh: '滑块验证' },
  'baxia-scratch': { en: 'a scratch CAPTCHA', zh: '刮刮卡验证' },
  'baxia-sm': { en: 'a click CAPTCHA', zh: '点击验证' },
  baxia: { en: 'a risk-control check', zh: '风控验证' },
  'aliyun-captcha': { en: 'a CAPTCHA', zh: '阿里云验证码' },
  'aliyun-waf': { en: 'a firewall slider', zh: '防火墙滑块验证' },
  'aliyun-acw': { en: 'a firewall check', zh: '防火墙验证' },
  'alibaba-step-up': { en: 'a verification code', zh: '验证码' },
  geetest: { en: 'a GeeTest CAPTCHA', zh: '极验验证' },
  tencent: { en: 'a Tencent CAPTCHA', zh: '腾讯验证码' },
  yidun: { en: 'a NetEase CAPTCHA', zh: '易盾验证' },
  hcaptcha: { en: 'an hCaptcha', zh: 'hCaptcha 人机验证' },
  recaptcha: { en: 'a reCAPTCHA', zh: 'reCAPTCHA 人机验证' },
  turnstile: { en: 'a Turnstile check', zh: 'Turnstile 人机验证' },
  cloudflare: { en: 'a Cloudflare check', zh: 'Cloudflare 人机验证' },
  arkose: { en: 'a puzzle', zh: '拼图验证' },
  perimeterx: { en: 'a "press and hold" check', zh: '长按验证' },
  datadome: { en: 'a DataDome CAPTCHA', zh: 'DataDome 人机验证' },
  shumei: { en: 'a CAPTCHA', zh: '数美验证' },
  dingxiang: { en: 'a CAPTCHA', zh: '顶象验证' },
  bytedance: { en: 'a slider CAPTCHA', zh: '滑块验证' },
  'wechat-qr': { en: 'a WeChat QR sign-in', zh: '微信扫码登录' },
};

const byKind = {
  captcha: { en: 'a CAPTCHA', zh: '人机验证' },
  login: { en: 'a sign-in form', zh: '登录框' },
  '2fa': { en: 'a verification code', zh: '验证码' },
} as const;

/** What was seen and where, on one line: `a slider CAPTCHA (baxia-nc) on /profile`. An empty `page` is not shown. */
export function challengeText(kind: keyof typeof byKind, vendor: string, page: string): Text {
  const name = byVendor[vendor] ?? byKind[kind];
  const verb = kind === '2fa' ? '要求输入' : '出现了';
  const isNamed = !['generic', 'none', ''].includes(vendor);
  return {
    en: `${name.en}${isNamed ? ` (${vendor})` : ''}${page === '' ? '' : ` on ${page}`}`,
    zh: `${page === '' ? '页面' : `页面 ${page} `}${verb}${name.zh}${isNamed ? `（${vendor}）` : ''}`,
  };
}
