import type { IncomingHttpHeaders } from 'node:http';
import { parseJson, valueAt } from '../match-rules.js';
import type { PageLabel } from './page-facts.js';

/** What one answer indicates, independent of any page. Contains no URL query, header value or body text. */
export interface ResponseClue {
  readonly label: Exclude<PageLabel, 'none'>;
  readonly vendor: string;
  /** `marker`: only this challenge has it. `address`: only the URL, which working pages have had too. */
  readonly strength: 'marker' | 'address' | 'status';
  /** Whether a browser passes the challenge alone: `mostly` within a few seconds; `often`, or it needs a person. */
  readonly passesItself: 'never' | 'often' | 'mostly';
  readonly evidence: string;
  /** `GET https://host/path`, without query; set by {@link watchResponses}. */
  readonly where?: string;
  /** The answer is the main document. */
  readonly isDocument?: boolean;
}

export interface ResponseFacts {
  readonly url: string;
  readonly status: number;
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** The start of the body is enough. */
  readonly bodyText?: string;
  /** The caller asked for JSON, so an HTML answer may be a sign-in page. */
  readonly expectsJson?: boolean;
}

type Found = Pick<ResponseClue, 'label' | 'vendor' | 'evidence' | 'passesItself'>;

const found = (
  label: Found['label'],
  vendor: string,
  evidence: string,
  passesItself: Found['passesItself'] = 'never',
): Found => ({ label, vendor, evidence, passesItself });

const headerRules: readonly (readonly [string, RegExp, Found])[] = [
  ['cf-mitigated', /^challenge$/i, found('captcha', 'cloudflare', 'header cf-mitigated', 'often')],
  ['x-amzn-waf-action', /^captcha$/i, found('captcha', 'aws-waf', 'header x-amzn-waf-action: captcha')],
  ['x-amzn-waf-action', /^challenge$/i, found('captcha', 'aws-waf', 'header x-amzn-waf-action: challenge', 'mostly')],
  ['x-dd-b', /^[12]$/, found('captcha', 'datadome', 'header x-dd-b')],
  ['x-vercel-mitigated', /^challenge$/i, found('captcha', 'vercel', 'header x-vercel-mitigated', 'often')],
];

/** Alibaba's risk control names its action in the URL or the body: a captcha, a wait, or a refusal. */
function punished(action: string): Found {
  if (action.startsWith('wait')) return found('rate_limited', 'baxia', 'risk control: wait');
  if (action.startsWith('deny')) return found('error', 'baxia', 'risk control: deny');
  return found('captcha', 'baxia', 'risk control: check demanded');
}

function fromUrl(url: string): Found | undefined {
  if (!/\/_____tmd_____\/|[?&]x5secdata=|\/\/bixi\.alicdn\.com\/punish/.test(url)) return undefined;
  return punished(/[?&]action=([\w-]+)/.exec(url)?.[1] ?? '');
}

/** Codes in JSON answers. The first match counts; `undefined` marks codes that look like a clue but are routine. */
const codeRules: readonly (readonly [RegExp, Found | undefined])[] = [
  [/FAIL_SYS_TOKEN_(?:EXOIRED|EXPIRED|EMPTY)|FAIL_SYS_ILLEGAL_ACCESS|\bTOKEN_EMPTY\b/, undefined],
  [
    /FAIL_SYS_SESSION_EXPIRED|\bNEED_LOGIN\b|\bConsoleNeedLogin\b|\bno_login\b|PostonlyOrTokenError|\bNOT_LOGIN\b/,
    found('login', 'alibaba', 'answer code: sign in'),
  ],
  [/FoundRiskAndDoubleConfirm/, found('2fa', 'alibaba-step-up', 'answer code: second factor')],
  [/FoundRiskAndTip|SM_CODE::1999/, found('error', 'alibaba', 'answer code: refused')],
  [/FAIL_SYS_USER_VALIDATE|RGV587_ERROR|ASSIST_FLAG|被挤爆啦/, found('captcha', 'baxia', 'answer code: risk control')],
  [/FAIL_SYS_TRAFFIC_LIMIT|FAIL_SYS_USER_FLOW_LIMIT/, found('rate_limited', 'alibaba', 'answer code: flow limit')],
];

const codeKeys = ['code', 'ret', 'errorCode', 'error_code', 'errCode', 'bizCode', 'message', 'msg'];

/** The codes in an answer's usual code fields; its content is ignored. */
function codesOf(answer: unknown): string[] {
  const found = ['', 'data.'].flatMap((place) => codeKeys.flatMap((key) => valueAt(answer, place + key)));
  return found.filter((value) => typeof value === 'string');
}

/** Where risk control leads: to the sign-in page, or to a check. */
function fromLink(url: unknown, other: Found): Found {
  const isLogin = typeof url === 'string' && /\/(?:mini_)?login|\/signin|passport\./i.test(url.split('?')[0] ?? '');
  if (isLogin) return found('login', 'alibaba', 'risk control leads to the sign-in page');
  return fromUrl(String(url)) ?? other;
}

function fromJson(text: string): Found | undefined {
  const answer = parseJson(text.replace(/^\s*[\w$.]+\(([\s\S]*)\)\s*;?\s*$/, '$1'));
  if (typeof answer !== 'object' || answer === null) return undefined;
  const url = valueAt(answer, 'url') ?? valueAt(answer, 'data.url');
  if ('rgv587_flag' in answer) return fromLink(url, punished(''));
  for (const code of codesOf(answer)) {
    const rule = codeRules.find(([pattern]) => pattern.test(code));
    if (rule) return rule[1]?.label === 'captcha' ? fromLink(url, rule[1]) : rule[1];
  }
  return typeof url === 'string' ? fromUrl(url) : undefined;
}

const datadome = /var dd\s*=\s*\{[^}]*captcha-delivery\.com/;

/** A rule applies when all its patterns match. */
const htmlRules: readonly (readonly [Found, ...RegExp[]])[] = [
  [punished(''), /sessionStorage\.x5referer/],
  [found('login', 'alibaba', 'stub that leads to the sign-in page'), /localStorage\.x5referer/, /login/i],
  [
    found('error', 'aliyun-waf', 'firewall refusal'),
    /访问的URL有可能对网站造成安全威胁|blocked as it may cause potential threats to the server/,
  ],
  [found('captcha', 'aliyun-waf', 'firewall check page'), /name="aliyun_waf_(?:aa|bb)"/],
  [found('captcha', 'aliyun-acw', 'automatic script check', 'mostly'), /var arg1=|acw_sc__v2|alicfw_gfver/],
  [found('captcha', 'cloudflare', 'challenge page', 'often'), /_cf_chl_opt/],
  [found('error', 'datadome', 'visitor banned'), datadome, /['"]?t['"]?\s*:\s*['"]bv['"]/],
  [found('captcha', 'datadome', 'automatic device check', 'mostly'), datadome, /['"]?rt['"]?\s*:\s*['"]i['"]/],
  [found('captcha', 'datadome', 'challenge page'), datadome],
  [found('captcha', 'perimeterx', 'challenge page'), /id="px-captcha|px-captcha-wrapper/],
  [found('captcha', 'aws-waf', 'challenge page'), /<awswaf-captcha|AwsWafCaptcha/],
  [found('captcha', 'aws-waf', 'automatic script check', 'mostly'), /gokuProps/],
  [
    found('error', 'akamai', 'edge refusal'),
    /errors\.edgesuite\.net|Reference&#32;&#35;|Reference #\d+\.[0-9a-f]+/,
    /Access Denied/i,
  ],
  [found('rate_limited', 'cloudflare', 'edge rate limit'), /id="cf-error-details"/, /being rate limited|Error 1015/i],
  [found('error', 'cloudflare', 'edge refusal'), /id="cf-error-details"/],
];

/** HTML in place of the expected answer, or as the body of a refusal. */
function fromHtml(text: string): Found | undefined {
  if (/<!--\s*rgv587_flag:\s*sm\s*-->/.test(text)) return punished('');
  const action =
    /_config_\s*=\s*\{[^}]*"action"\s*:\s*"([\w-]+)"/.exec(text) ??
    /class="[^"]*baxia-punish\s+(captcha|wait|deny)/.exec(text);
  if (action) return punished(action[1] ?? '');
  return htmlRules.find(([, ...patterns]) => patterns.every((pattern) => pattern.test(text)))?.[0];
}

function fromStatus(status: number, headers: ResponseFacts['headers']): Found | undefined {
  const evidence = `status ${status}`;
  if (status === 429) return found('rate_limited', 'generic', evidence);
  if (status === 401) return found('login', 'generic', evidence);
  if (status !== 503 || !('retry-after' in headers)) return undefined;
  return found('maintenance', 'generic', `${evidence} with Retry-After`);
}

/** Finds signs of a challenge, a refusal, a rate limit or a closed site. A routine Alibaba token refresh is none. */
export function classifyResponse(answer: ResponseFacts): ResponseClue | undefined {
  const clue = (one: Found, strength: ResponseClue['strength']): ResponseClue => ({ ...one, strength });
  const header = (name: string) => String(answer.headers[name] ?? '').trim();
  const byHeader = headerRules.find(([name, value]) => value.test(header(name)));
  if (byHeader) return clue(byHeader[2], 'marker');

  const type = header('content-type');
  const body = answer.bodyText ?? '';
  const looksJson = /json|javascript/.test(type) || /^\s*[[{]/.test(body);
  const inBody = body === '' ? undefined : looksJson ? fromJson(body) : fromHtml(body);
  const inUrl = fromUrl(answer.url);
  // For risk control, the body names the action more reliably than the URL.
  if (inBody) return clue(inBody, 'marker');
  if (header('bxpunish') === '1') return clue(inUrl ?? punished(''), 'marker');
  if (inUrl) return clue(inUrl, 'address');
  if (answer.expectsJson && answer.status < 400 && /html/.test(type) && /type=["']?password|\/login|登录/i.test(body)) {
    return clue(found('login', 'generic', 'sign-in page in place of an answer'), 'marker');
  }
  const status = fromStatus(answer.status, answer.headers);
  return status && clue(status, 'status');
}
