import { same, type Text } from './text.js';

export const connectionCut: Text = { en: 'the connection was cut', zh: '连接中断' };

/** Each reason with the codes, Node's and Chromium's, that mean it. */
const passing: readonly (readonly [Text, ...string[]])[] = [
  [connectionCut, 'ERR_CONNECTION_RESET', 'ERR_CONNECTION_CLOSED', 'ERR_EMPTY_RESPONSE', 'ECONNRESET', 'EPIPE'],
  [{ en: 'the name could not be looked up', zh: '无法解析域名' }, 'ERR_NAME_NOT_RESOLVED', 'ENOTFOUND', 'EAI_AGAIN'],
  [{ en: 'the connection was refused', zh: '连接被拒绝' }, 'ERR_CONNECTION_REFUSED', 'ECONNREFUSED'],
  [{ en: 'the connection timed out', zh: '连接超时' }, 'ERR_CONNECTION_TIMED_OUT', 'ETIMEDOUT'],
  [{ en: 'the host cannot be reached', zh: '无法连接主机' }, 'ERR_ADDRESS_UNREACHABLE', 'EHOSTUNREACH'],
  [{ en: 'the network cannot be reached', zh: '网络不通' }, 'ERR_INTERNET_DISCONNECTED', 'ENETUNREACH'],
  [{ en: 'the proxy cannot be reached', zh: '无法连接代理' }, 'ERR_PROXY_CONNECTION_FAILED'],
  [
    { en: 'the proxy made no connection', zh: '代理没有建立连接' },
    ...['ERR_TUNNEL_CONNECTION_FAILED', 'ERR_SOCKS_CONNECTION_FAILED'],
  ],
  [{ en: 'the answer was cut short', zh: '响应不完整' }, 'ERR_STREAM_PREMATURE_CLOSE', 'CUT_SHORT'],
  [{ en: 'the answer is longer than 2 MiB', zh: '响应超过 2 MiB' }, 'ERR_BUFFER_TOO_LARGE'],
  [{ en: 'the answer has an unknown encoding', zh: '响应的编码未知' }, 'UNKNOWN_ENCODING'],
];

const badCertificate: Text = {
  en: "the server's certificate is not valid; ask whoever runs the server or the proxy",
  zh: '服务器的证书无效；请联系服务器或代理的管理员',
};

/** Reasons that will be the same next time, with what to change. */
const lasting: readonly (readonly [Text, ...string[]])[] = [
  [
    {
      en: "the server's certificate is not trusted; name the file of its certificate authority in NODE_EXTRA_CA_CERTS",
      zh: '服务器的证书不受信任；请用 NODE_EXTRA_CA_CERTS 指定签发它的证书颁发机构的文件',
    },
    ...['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ...['UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'CERT_UNTRUSTED'],
  ],
  [
    {
      en:
        "Chromium does not trust the server's certificate; add its certificate authority to Chromium's store " +
        '(on Linux with certutil, to ~/.pki/nssdb)',
      zh: 'Chromium 不信任服务器的证书；请把它的证书颁发机构加入 Chromium 的证书库（Linux 上用 certutil 加入 ~/.pki/nssdb）',
    },
    'ERR_CERT_AUTHORITY_INVALID',
  ],
  [
    {
      en: "the server's certificate has expired or is not valid yet, or this machine's clock is wrong",
      zh: '服务器的证书已过期或尚未生效，也可能是本机时钟有误',
    },
    ...['ERR_CERT_DATE_INVALID', 'CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'],
  ],
  [
    {
      en: "the server's certificate is for another name; correct the address of the site",
      zh: '服务器的证书属于其他域名；请改正网站的地址',
    },
    ...['ERR_CERT_COMMON_NAME_INVALID', 'ERR_TLS_CERT_ALTNAME_INVALID', 'HOSTNAME_MISMATCH'],
  ],
  [badCertificate, 'CERT_REVOKED', 'CERT_REJECTED', 'CERT_SIGNATURE_FAILURE', 'INVALID_CA', 'INVALID_PURPOSE'],
  [{ en: "the proxy's certificate is not trusted", zh: '代理的证书不受信任' }, ...['ERR_PROXY_CERTIFICATE_INVALID']],
  [
    {
      en:
        'the proxy does not accept the user and password; correct them in --proxy of the account, or in the ' +
        'environment',
      zh: '代理不接受这组用户名和密码；请在账号的 --proxy 或环境变量里改正',
    },
    ...['ERR_INVALID_AUTH_CREDENTIALS', 'ERR_PROXY_AUTH_REQUESTED', 'ERR_PROXY_AUTH_UNSUPPORTED', 'PROXY_LOGIN'],
  ],
  [
    {
      en: 'Chromium cannot use this proxy; correct --proxy of the account',
      zh: 'Chromium 无法使用这个代理；请改正账号的 --proxy',
    },
    ...['ERR_NO_SUPPORTED_PROXIES', 'ERR_MANDATORY_PROXY_CONFIGURATION_FAILED'],
  ],
];

const rowsOf = (rows: typeof passing, lasts: boolean) =>
  rows.flatMap(([why, ...codes]) => codes.map((code) => [code, { why, lasts }] as const));
const known = new Map([...rowsOf(passing, false), ...rowsOf(lasting, true)]);

/** Why a request over the network had no answer, by the error's code. `lasts`: it will be the same next time. */
export function networkReason(code: string): { readonly why: Text; readonly lasts: boolean } | undefined {
  // Every other error of Chromium about a certificate.
  return known.get(code) ?? (code.startsWith('ERR_CERT') ? { why: badCertificate, lasts: true } : undefined);
}

export const networkTexts = {
  noAnswerWithin: (seconds: number): Text => ({ en: `no answer within ${seconds} s`, zh: `${seconds} 秒内没有响应` }),
  proxyFailed: { en: 'the proxy failed', zh: '代理出错' },
  throughProxy: ({ en, zh }: Text): Text => ({ en: `${en} (a proxy is in use)`, zh: `${zh}（使用了代理）` }),
  proxyRefused: (status: number): Text => ({
    en: `the proxy refused the connection (${status})`,
    zh: `代理拒绝连接（${status}）`,
  }),
};

/** The reason with its code where no words are known. */
export const orCode = (code: string) => networkReason(code) ?? { why: same(code), lasts: false };
