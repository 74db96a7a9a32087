import type { PageLabel } from './page-facts.js';

/** What one answer indicates, independent of any page. Contains no URL query, header value or body text. */
export interface ResponseClue {
  readonly label: Exclude<PageLabel, 'none'>;
  readonly vendor: string;
  /**
   * `marker`: a header or body that only this challenge has.
   * `address`: only the URL, which working pages have had too.
   * `status`: the bare status code.
   */
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
  readonly headers: Readonly<Record<string, string>>;
  /** The start of the body is enough. */
  readonly bodyText?: string;
  readonly contentType?: string;
  /** The caller asked for JSON, so an HTML answer may be a sign-in page. */
  readonly expectsJson?: boolean;
}

type Found = Pick<ResponseClue, 'label' | 'vendor' | 'evidence'> & { passesItself?: ResponseClue['passesItself'] };

interface HeaderRule extends Found {
  readonly header: string;
  readonly value: RegExp;
}

const headerRules: readonly HeaderRule[] = [
  {
    header: 'cf-mitigated',
    value: /^challenge$/i,
    label: 'captcha',
    vendor: 'cloudflare',
    evidence: 'header cf-mitigated',
    passesItself: 'often',
  },
  {
    header: 'x-amzn-waf-action',
    value: /^captcha$/i,
    label: 'captcha',
    vendor: 'aws-waf',
    evidence: 'header x-amzn-waf-action: captcha',
  },
  {
    header: 'x-amzn-waf-action',
    value: /^challenge$/i,
    label: 'captcha',
    vendor: 'aws-waf',
    evidence: 'header x-amzn-waf-action: challenge',
    passesItself: 'mostly',
  },
  { header: 'x-dd-b', value: /^[12]$/, label: 'captcha', vendor: 'datadome', evidence: 'header x-dd-b' },
  {
    header: 'x-vercel-mitigated',
    value: /^challenge$/i,
    label: 'captcha',
    vendor: 'vercel',
    evidence: 'header x-vercel-mitigated',
    passesItself: 'often',
  },
];

/** Alibaba's risk control names its action in the URL or the body: a captcha, a wait, or a refusal. */
const punishActions: readonly [RegExp, Found][] = [
  [/^wait/, { label: 'rate_limited', vendor: 'baxia', evidence: 'risk control: wait' }],
  [/^deny/, { label: 'error', vendor: 'baxia', evidence: 'risk control: deny' }],
  [/./, { label: 'captcha', vendor: 'baxia', evidence: 'risk control: check demanded' }],
];

const punished = (action: string): Found => punishActions.find(([pattern]) => pattern.test(action || 'captcha'))![1];

function fromUrl(url: string): Found | undefined {
  if (!/\/_____tmd_____\/|[?&]x5secdata=|\/\/bixi\.alicdn\.com\/punish/.test(url)) return undefined;
  return punished(/[?&]action=([\w-]+)/.exec(url)?.[1] ?? '');
}

/** Codes in JSON answers. The first match counts; `undefined` marks codes that look like a clue but are routine. */
const codeRules: readonly [RegExp, Found | undefined][] = [
  [/FAIL_SYS_TOKEN_(?:EXOIRED|EXPIRED|EMPTY)|FAIL_SYS_ILLEGAL_ACCESS|\bTOKEN_EMPTY\b/, undefined],
  [
    /FAIL_SYS_SESSION_EXPIRED|\bNEED_LOGIN\b|\bConsoleNeedLogin\b|\bno_login\b|PostonlyOrTokenError|\bNOT_LOGIN\b/,
    { label: 'login', vendor: 'alibaba', evidence: 'answer code: sign in' },
  ],
  [/FoundRiskAndDoubleConfirm/, { label: '2fa', vendor: 'alibaba-step-up', evidence: 'answer code: second factor' }],
  [/FoundRiskAndTip|SM_CODE::1999/, { label: 'error', vendor: 'alibaba', evidence: 'answer code: refused' }],
  [
    /FAIL_SYS_USER_VALIDATE|RGV587_ERROR|ASSIST_FLAG|被挤爆啦/,
    { label: 'captcha', vendor: 'baxia', evidence: 'answer code: risk control' },
  ],
  [
    /FAIL_SYS_TRAFFIC_LIMIT|FAIL_SYS_USER_FLOW_LIMIT/,
    { label: 'rate_limited', vendor: 'alibaba', evidence: 'answer code: flow limit' },
  ],
];

const codeKeys = ['code', 'ret', 'errorCode', 'error_code', 'errCode', 'bizCode', 'message', 'msg'];

/** The codes in an answer's usual code fields; its content is ignored. */
function codesOf(answer: unknown): string[] {
  if (typeof answer !== 'object' || answer === null) return [];
  const record = answer as Record<string, unknown>;
  const own = codeKeys.flatMap((key) => record[key]).filter((value): value is string => typeof value === 'string');
  return [...own, ...(typeof record['data'] === 'object' ? codesOf({ ...record['data'], data: undefined }) : [])];
}

function isLoginUrl(url: unknown): boolean {
  return typeof url === 'string' && /\/(?:mini_)?login|\/signin|passport\./i.test(url.split('?')[0] ?? '');
}

function fromJson(text: string): Found | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(text.replace(/^\s*[\w$.]+\(([\s\S]*)\)\s*;?\s*$/, '$1'));
  } catch {
    return undefined;
  }
  if (typeof answer !== 'object' || answer === null) return undefined;
  const record = answer as Record<string, unknown>;
  const url = record['url'] ?? (record['data'] as Record<string, unknown> | null | undefined)?.['url'];
  if ('rgv587_flag' in record)
    return isLoginUrl(url) ? login('risk control leads to the sign-in page') : (fromUrl(String(url)) ?? punished(''));
  for (const code of codesOf(answer)) {
    const rule = codeRules.find(([pattern]) => pattern.test(code));
    if (!rule) continue;
    if (rule[1]?.label === 'captcha' && typeof url === 'string')
      return isLoginUrl(url) ? login('risk control leads to the sign-in page') : (fromUrl(url) ?? rule[1]);
    return rule[1];
  }
  return typeof url === 'string' ? fromUrl(url) : undefined;
}

const login = (evidence: string): Found => ({ label: 'login', vendor: 'alibaba', evidence });

/** HTML in place of the expected answer, or as the body of a refusal. */
function fromHtml(text: string): Found | undefined {
  if (/<!--\s*rgv587_flag:\s*sm\s*-->/.test(text)) return punished('');
  const action = /_config_\s*=\s*\{[^}]*"action"\s*:\s*"([\w-]+)"/.exec(text)?.[1];
  if (action) return punished(action);
  const punishClass = /class="[^"]*baxia-punish\s+(captcha|wait|deny)/.exec(text)?.[1];
  if (punishClass) return punished(punishClass);
  if (/sessionStorage\.x5referer/.test(text)) return punished('');
  if (/localStorage\.x5referer/.test(text) && /login/i.test(text)) return login('stub that leads to the sign-in page');
  if (/访问的URL有可能对网站造成安全威胁|blocked as it may cause potential threats to the server/.test(text)) {
    return { label: 'error', vendor: 'aliyun-waf', evidence: 'firewall refusal' };
  }
  if (/name="aliyun_waf_(?:aa|bb)"/.test(text))
    return { label: 'captcha', vendor: 'aliyun-waf', evidence: 'firewall check page' };
  if (/var arg1=|acw_sc__v2|alicfw_gfver/.test(text)) {
    return { label: 'captcha', vendor: 'aliyun-acw', evidence: 'automatic script check', passesItself: 'mostly' };
  }
  if (/_cf_chl_opt/.test(text))
    return { label: 'captcha', vendor: 'cloudflare', evidence: 'challenge page', passesItself: 'often' };
  if (/var dd\s*=\s*\{[^}]*captcha-delivery\.com/.test(text)) {
    return /['"]?t['"]?\s*:\s*['"]bv['"]/.test(text)
      ? { label: 'error', vendor: 'datadome', evidence: 'visitor banned' }
      : { label: 'captcha', vendor: 'datadome', evidence: 'challenge page' };
  }
  if (/id="px-captcha|px-captcha-wrapper/.test(text))
    return { label: 'captcha', vendor: 'perimeterx', evidence: 'challenge page' };
  if (/<awswaf-captcha|AwsWafCaptcha/.test(text))
    return { label: 'captcha', vendor: 'aws-waf', evidence: 'challenge page' };
  if (
    /errors\.edgesuite\.net|Reference&#32;&#35;|Reference #\d+\.[0-9a-f]+/.test(text) &&
    /Access Denied/i.test(text)
  ) {
    return { label: 'error', vendor: 'akamai', evidence: 'edge refusal' };
  }
  if (/id="cf-error-details"/.test(text)) {
    return /being rate limited|Error 1015/i.test(text)
      ? { label: 'rate_limited', vendor: 'cloudflare', evidence: 'edge rate limit' }
      : { label: 'error', vendor: 'cloudflare', evidence: 'edge refusal' };
  }
  return undefined;
}

function fromStatus(status: number, headers: ResponseFacts['headers']): Found | undefined {
  const found = (label: Found['label'], evidence = `status ${status}`): Found => ({
    label,
    vendor: 'generic',
    evidence,
  });
  if (status === 429) return found('rate_limited');
  if (status === 401) return found('login');
  if (status === 503 && 'retry-after' in headers) return found('maintenance', 'status 503 with Retry-After');
  return status >= 400 ? found('error') : undefined;
}

/**
 * Checks one answer, of a document or a fetch, for signs of a challenge, a refusal, a rate limit or a closed site.
 * A pure function. Undefined when there is no such sign; the routine refresh of an Alibaba request token is none.
 */
export function classifyResponse(answer: ResponseFacts): ResponseClue | undefined {
  const clue = (found: Found, strength: ResponseClue['strength']): ResponseClue => ({
    ...found,
    passesItself: found.passesItself ?? 'never',
    strength,
  });

  const header = headerRules.find((rule) => rule.value.test(answer.headers[rule.header]?.trim() ?? ''));
  if (header) {
    const { label, vendor, evidence, passesItself } = header;
    return clue({ label, vendor, evidence, passesItself }, 'marker');
  }

  const type = answer.contentType ?? answer.headers['content-type'] ?? '';
  const body = answer.bodyText ?? '';
  const looksJson = /json|javascript/.test(type) || /^\s*[[{]/.test(body);
  const inBody = body === '' ? undefined : looksJson ? fromJson(body) : fromHtml(body);
  const inUrl = fromUrl(answer.url);
  // For risk control, the body names the action more reliably than the URL.
  if (inBody) return clue(inBody, 'marker');
  if (answer.headers['bxpunish'] === '1') return clue(inUrl ?? punished(''), 'marker');
  if (inUrl) return clue(inUrl, 'address');
  if (answer.expectsJson && answer.status < 400 && /html/.test(type) && /type=["']?password|\/login|登录/i.test(body)) {
    return clue({ label: 'login', vendor: 'generic', evidence: 'sign-in page in place of an answer' }, 'marker');
  }
  const status = fromStatus(answer.status, answer.headers);
  return status && clue(status, 'status');
}
