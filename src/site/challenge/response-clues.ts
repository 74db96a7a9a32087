import type { PageLabel } from './labels.js';

/** What an answer says about the need for a person, apart from any page. Holds no URL query, header value or body text. */
export interface ResponseClue {
  readonly label: Exclude<PageLabel, 'none'>;
  readonly vendor: string;
  /**
   * `marker`: a header or body that only this check sends. `address`: only the URL, which good pages were seen to carry too.
   * `status`: the bare status code.
   */
  readonly strength: 'marker' | 'address' | 'status';
  /** How it goes in a browser that shows it: `mostly` means that only a few seconds are needed, `often` that a person may be. */
  readonly passesItself: 'never' | 'often' | 'mostly';
  readonly evidence: string;
  /** `GET https://host/path`, without query; set by {@link watchResponses}. */
  readonly where?: string;
  /** The answer is the page itself. */
  readonly isDocument?: boolean;
}

export interface ResponseFacts {
  readonly url: string;
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The first kilobytes are enough. */
  readonly bodyText?: string;
  readonly contentType?: string;
  /** The caller asked for JSON, so a page in its place says something. */
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

/** Alibaba's risk control names what it wants in the address or the body: a check, a wait, or nothing that helps. */
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

/** Codes in JSON answers. The first that matches counts; `undefined` is a code that looks like one and is none. */
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

/** The codes an answer names in the places where answers do, not in its content. */
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

/** Pages that stand where an answer was expected, or that a refusal carries. */
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
 * Reads one answer for signs that a person is needed, that the visitor is refused or slowed down, or that the site is closed.
 * Pure; understands documents and fetch answers alike. Undefined for an answer that says nothing of the kind, which includes
 * the routine refresh of an Alibaba request token.
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
  // The body knows better than the address what a punished request is asked for.
  if (inBody) return clue(inBody, 'marker');
  if (answer.headers['bxpunish'] === '1') return clue(inUrl ?? punished(''), 'marker');
  if (inUrl) return clue(inUrl, 'address');
  if (answer.expectsJson && answer.status < 400 && /html/.test(type) && /type=["']?password|\/login|登录/i.test(body)) {
    return clue({ label: 'login', vendor: 'generic', evidence: 'sign-in page in place of an answer' }, 'marker');
  }
  const status = fromStatus(answer.status, answer.headers);
  return status && clue(status, 'status');
}
