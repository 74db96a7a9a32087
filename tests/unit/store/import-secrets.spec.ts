import fc from 'fast-check';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppError } from '../../../src/lib/app-error.js';
import { parseSecrets, readSecretsFile } from '../../../src/store/import-secrets.js';
import { expect, test } from './temp-home.js';

const now = () => Date.parse('2026-03-01T10:00:00Z');
const options = { baseUrl: 'https://platform.iflow.cn', now };
const parse = (value: unknown, path = '/a/iflow.json') =>
  parseSecrets(typeof value === 'string' ? value : JSON.stringify(value), path, options);
const host = { domain: 'platform.iflow.cn', path: '/', expires: -1, httpOnly: false, secure: true, sameSite: 'Lax' };

test.describe("the older refresher's secrets file", () => {
  test('becomes a checkpoint with its cookies and headers', () => {
    const imported = parse({
      name: '151****1234',
      xsrf: 'tok/en=',
      cookie: ' BXAuth=a=b; lang=zh-CN;\r\n',
      referer: 'https://platform.iflow.cn/profile?tab=apiKey',
      user_agent: 'Mozilla/5.0',
      extra_headers: { 'bx-v': '2.5.36', 'Accept-Language': 'zh-CN' },
    });
    expect(imported).toEqual({
      suggestedName: 'iflow',
      keyName: '151****1234',
      warnings: [],
      checkpoint: {
        version: 1,
        savedAt: '2026-03-01T10:00:00.000Z',
        savedBy: 'import',
        cookies: [
          { ...host, name: 'BXAuth', value: 'a=b' },
          { ...host, name: 'lang', value: 'zh-CN' },
          { ...host, name: 'XSRF-TOKEN', value: 'tok%2Fen%3D' },
        ],
        origins: [],
        headers: {
          referer: 'https://platform.iflow.cn/profile?tab=apiKey',
          'user-agent': 'Mozilla/5.0',
          'bx-v': '2.5.36',
          'accept-language': 'zh-CN',
        },
      },
    });
  });

  test('an xsrf does not replace the cookie that is there', () => {
    const cookie = 'XSRF-TOKEN=tok%2Fen; BXAuth=a';
    expect(parse({ cookie, xsrf: 'tok/en' })).toMatchObject({ warnings: [], checkpoint: { cookies: { length: 2 } } });
    const differing = parse({ cookie, xsrf: 'other' });
    expect(differing).toMatchObject({ checkpoint: { cookies: { 0: { value: 'tok%2Fen' }, length: 2 } } });
  });

  test('an x-xsrf-token header is used as the xsrf and not as a fixed header', () => {
    const { checkpoint } = parse({ cookie: 'BXAuth=a', extra_headers: { 'X-XSRF-TOKEN': 'tok' } });
    expect(checkpoint.headers).toBeUndefined();
    expect(checkpoint.cookies.at(-1)).toMatchObject({ name: 'XSRF-TOKEN', value: 'tok' });
  });

  for (const [what, file, problem] of [
    ['nothing', '', 'the file is empty'],
    ['half a file', '{"cookie": "BXAuth=', 'the file is not JSON, or it is cut off'],
    ['prose', 'my\nsecrets', 'the file has no cookies for platform.iflow.cn'],
    ['no cookie', { name: 'a' }, 'cookie is missing'],
    ['an empty cookie', { cookie: ' ; ' }, 'cookie has no cookies'],
    ['a number as cookie', { cookie: 7 }, 'cookie is neither a string nor a list'],
    ['a cookie without =', { cookie: 'hunter2' }, 'cookie[0]: no cookie'],
    ['a cookie with a line break', { cookie: 'BXAuth=hun\nter2' }, 'cookie[0]: no cookie'],
    ['an invalid name', { cookie: 'BXAuth=a', name: 7 }, 'name is not a string'],
    ['invalid headers', { cookie: 'a=b', extra_headers: ['x'] }, 'extra_headers is not an object'],
    [
      'a header name with a space',
      { cookie: 'a=b', extra_headers: { 'a b': 'x' } },
      'extra_headers["a b"] is not a header\'s name',
    ],
    [
      'a header value with a line break',
      { cookie: 'a=b', extra_headers: { x: 'a\r\nhunter2: b' } },
      'extra_headers.x has a forbidden character',
    ],
    ['a header value beyond Latin-1', { cookie: 'a=b', user_agent: '浏览器' }, 'user_agent has a forbidden character'],
    [
      'a header value that is not a string',
      { cookie: 'a=b', extra_headers: { x: 1 } },
      'extra_headers.x is not a string',
    ],
    ...['Cookie', 'Host', 'content-length', 'Transfer-Encoding', 'Connection'].map(
      (name) =>
        [
          `a ${name} header`,
          { cookie: 'a=b', extra_headers: { [name]: 'hunter2' } },
          `extra_headers${/-/.test(name) ? `["${name}"]` : `.${name}`} is a header that keyturn sets itself`,
        ] as const,
    ),
    ['a list without cookies', [{ name: 'a b', value: 7 }, 3], 'the list[0]: no cookie'],
    [
      'the cookies of another site',
      [{ name: 'a', value: 'hunter2', domain: '.example.com' }],
      'no cookies for platform.iflow.cn\n  Cookies of other sites were left out: example.com',
    ],
    ['a site with a similar ending', [{ name: 'a', value: 'b', domain: 'low.cn' }], 'left out: low.cn'],
    ['expired cookies only', [{ name: 'a', value: 'b', domain: '.iflow.cn', expirationDate: 5 }], '1 expired cookie'],
    [
      'a cookies.txt with too few columns',
      '.iflow.cn\tTRUE\t/\n',
      'line 1: columns, but not the seven of a cookies.txt',
    ],
  ] as const) {
    test(`${what} is refused with its path, and no secret is repeated`, () => {
      const attempt = () => parse(file);
      expect(attempt).toThrow(expect.objectContaining({ code: 'KT230', exitCode: 2 }));
      expect(attempt).toThrow(problem);
      expect(attempt).not.toThrow('hunter2');
    });
  }

  test('all problems are reported at once', () => {
    const file = { cookie: 7, name: 7, extra_headers: { host: 'x', 'a b': 'c' } };
    const error = (() => {
      try {
        return parse(file);
      } catch (caught) {
        return caught as AppError;
      }
    })() as AppError;
    expect(error.message.split('\n')).toHaveLength(5);
  });

  test('unknown fields are left out with a warning', () => {
    expect(parse({ cookie: 'a=b', cokie: 'x' }).warnings.map(({ en }) => en)).toEqual([
      'cokie is unknown and was left out.',
    ]);
  });
});

test.describe('cookie exports', () => {
  const rest = { httpOnly: true, secure: true, session: false };

  test('a list from a browser extension keeps scopes, expiry times and flags', () => {
    const { checkpoint, warnings } = parse([
      {
        ...rest,
        name: 'BXAuth',
        value: 'a',
        domain: '.iflow.cn',
        hostOnly: false,
        path: '/',
        sameSite: 'no_restriction',
        expirationDate: 1_900_000_000.5,
      },
      {
        ...rest,
        name: 'sid',
        value: 'b',
        domain: 'platform.iflow.cn',
        hostOnly: true,
        path: '/api',
        sameSite: 'unspecified',
        session: true,
      },
      { ...rest, name: 'other', value: 'c', domain: '.example.com' },
      { ...rest, name: 'old', value: 'd', domain: '.iflow.cn', expirationDate: 1_000 },
    ]);
    expect(checkpoint.cookies).toEqual([
      {
        name: 'BXAuth',
        value: 'a',
        domain: '.iflow.cn',
        path: '/',
        expires: 1_900_000_000.5,
        httpOnly: true,
        secure: true,
        sameSite: 'None',
      },
      {
        name: 'sid',
        value: 'b',
        domain: 'platform.iflow.cn',
        path: '/api',
        expires: -1,
        httpOnly: true,
        secure: true,
        sameSite: 'Lax',
      },
    ]);
    expect(warnings.map(({ en }) => en)).toEqual([
      'Cookies of other sites were left out: example.com.',
      '1 expired cookie was left out.',
    ]);
  });

  test("Playwright's storage state includes its localStorage", () => {
    const { checkpoint } = parse({
      cookies: [{ ...host, name: 'BXAuth', value: 'a' }],
      origins: [
        { origin: 'https://platform.iflow.cn', localStorage: [{ name: 'token', value: 't' }] },
        { origin: 'https://example.com', localStorage: [{ name: 'token', value: 'x' }] },
      ],
    });
    expect(checkpoint.cookies).toEqual([{ ...host, name: 'BXAuth', value: 'a' }]);
    expect(checkpoint.origins).toEqual([
      { origin: 'https://platform.iflow.cn', localStorage: [{ name: 'token', value: 't' }] },
    ]);
  });

  test('a cookies.txt is read, with Windows line endings and HttpOnly marks', () => {
    const text =
      '# Netscape HTTP Cookie File\r\n\r\n' +
      '#HttpOnly_.iflow.cn\tTRUE\t/\tTRUE\t1900000000\tBXAuth\ta\r\n' +
      'platform.iflow.cn\tFALSE\t/\tFALSE\t0\tsid\tb\r\n';
    expect(parse(text).checkpoint.cookies).toEqual([
      { ...host, name: 'BXAuth', value: 'a', domain: '.iflow.cn', expires: 1_900_000_000, httpOnly: true },
      { ...host, name: 'sid', value: 'b', secure: false },
    ]);
  });

  test('a bare Cookie header is enough', () => {
    expect(parse('Cookie: BXAuth=a; XSRF-TOKEN=b\n').checkpoint.cookies.map((each) => each.name)).toEqual([
      'BXAuth',
      'XSRF-TOKEN',
    ]);
  });
});

test.describe('a cookie for the console and the hosts below its domain', () => {
  const line = (...columns: string[]) => columns.join('\t');
  for (const [what, file] of [
    ['lower case', line('.iflow.cn', 'true', '/', 'true', '1893456000', 'BXAuth', 'aaa')],
    ['a dot and FALSE', line('.iflow.cn', 'FALSE', '/', 'TRUE', '1893456000', 'BXAuth', 'aaa')],
    ['no dot and TRUE', line('iflow.cn', 'TRUE', '/', 'TRUE', '1893456000', 'BXAuth', 'aaa')],
    ['milliseconds', line('.iflow.cn', 'TRUE', '/', 'TRUE', '1893456000000', 'BXAuth', 'aaa')],
    ['a fraction', line('#HttpOnly_.iflow.cn', 'TRUE', '/', 'TRUE', '1893456000.000', 'BXAuth', 'aaa')],
    ['spaces', '.iflow.cn   TRUE / TRUE 1893456000 BXAuth aaa'],
    [
      'hostOnly false',
      [{ domain: 'iflow.cn', hostOnly: false, expires: 1893456000, secure: true, name: 'BXAuth', value: 'aaa' }],
    ],
    ['no word on hosts', [{ domain: 'iflow.cn', expires: 1893456000, secure: true, name: 'BXAuth', value: 'aaa' }]],
    [
      'an expiry as text',
      [{ domain: '.iflow.cn', expires: '2030-01-01T00:00:00Z', secure: true, name: 'BXAuth', value: 'aaa' }],
    ],
  ] as const) {
    test(`is read: ${what}`, () =>
      expect(parse(file).checkpoint.cookies).toMatchObject([
        { name: 'BXAuth', value: 'aaa', domain: '.iflow.cn', secure: true, expires: 1893456000 },
      ]));
  }

  test('is no longer one when its expiry, a text, is past', () =>
    expect(() => parse([{ domain: '.iflow.cn', expires: '2020-01-01', name: 'BXAuth', value: 'a' }])).toThrow(
      '1 expired',
    ));
});

test.describe('a part that is not understood', () => {
  const good = '.iflow.cn\tTRUE\t/\tTRUE\t1893456000\tBXAuth\taaa';
  for (const [what, file, warning] of [
    ['a name of another site', `${good}\n.ads.example\tTRUE\t/\tFALSE\t0\tu[id]\t7`, 'other sites'],
    [
      'no name at another site',
      [
        { domain: '.ads.example', value: 7 },
        { name: 'BXAuth', value: 'aaa' },
      ],
      'other sites',
    ],
    ['half a line', `${good}\n.iflow.cn\tTRUE`, '1 part was not understood and left out: line 2: columns'],
    ['a nameless part', 'BXAuth=aaa; hunter2', '1 part was not understood and left out: the header[1]'],
    [
      'a cookie with a space',
      [
        { name: 'a b', value: '' },
        { name: 'BXAuth', value: 'aaa' },
      ],
      'the list[0]',
    ],
  ] as const) {
    test(`is left out with a warning: ${what}`, () => {
      const { checkpoint, warnings } = parse(file);
      expect(checkpoint.cookies.map(({ name, value }) => [name, value])).toEqual([['BXAuth', 'aaa']]);
      expect(warnings.map(({ en }) => en)).toEqual([expect.stringContaining(warning)]);
    });
  }

  for (const blank of ['\t', '']) {
    test(`is no empty value ${blank ? 'before a tab' : 'whose tab was cut off'}`, () => {
      const file = `${good}\nplatform.iflow.cn\tFALSE\t/\tFALSE\t-1\tlast_tab${blank}`;
      expect(parse(file)).toMatchObject({ warnings: [], checkpoint: { cookies: [{}, { value: '', expires: -1 }] } });
    });
  }

  for (const [file, seen] of [
    ['BXAuth\thunter2\t.iflow.cn\t/\tSession\t12\t✓\t✓\tLax\t\t\tMedium', /line 1: a row of the browser's table.*cURL/],
    ['Set-Cookie: BXAuth=hunter2; Path=/; HttpOnly\nSet-Cookie: b=c', /line 1: a Set-Cookie line/],
    ['BXAuth=hunter2; Path=/; HttpOnly', /line 1: a Set-Cookie line/],
    ['{"BXAuth":"hunter2"}', /names and values without a domain/],
    ['{"log":{"entries":[]}}', /a HAR file/],
    ['[{"Name raw":"BXAuth","Content raw":"hunter2"}]', /Firefox extension/],
    ["curl 'https://platform.iflow.cn/' -H 'accept: hunter2'", /a curl command without cookies/],
    ["curl 'https://example.com/' -b 'BXAuth=hunter2'", /other sites were left out: example.com/],
    ['$s.Cookies.Add((New-Object System.Net.Cookie("BXAuth", "hunter2")))', /PowerShell/],
  ] as const) {
    test(`is named when nothing is left: ${file.slice(0, 24)}`, () => {
      expect(() => parse(file)).toThrow(seen);
      expect(() => parse(file)).not.toThrow('hunter2');
    });
  }
});

test.describe('a request copied from the browser', () => {
  for (const [from, text] of [
    [
      'Chrome',
      "curl 'https://platform.iflow.cn/api' \\\n  -H 'accept: */*' \\\n  -b $'BXAuth=a\\'b\\u0021; q=\"c\"' \\\n  --data-raw '{}'",
    ],
    ['an older Chrome', "curl 'https://platform.iflow.cn/api' -H 'cookie: BXAuth=a'\\''b!; q=\"c\"' --compressed"],
    [
      'Chrome for cmd.exe',
      'curl ^"https://platform.iflow.cn/api^" ^\r\n  -b ^"BXAuth=a\'b^!; q=^\\^"c^\\^"^" ^\r\n  -H ^"x: y^"',
    ],
    ['Firefox', "curl 'https://platform.iflow.cn/api' -X POST -H $'Cookie: BXAuth=a\\'b!; q=\"c\"'"],
    ['its headers', 'GET /api HTTP/1.1\r\nHost: platform.iflow.cn\r\nCookie: BXAuth=a\'b!; q="c"\r\nAccept: */*'],
  ] as const) {
    test(`is read: ${from}`, () =>
      expect(parse(text).checkpoint.cookies).toEqual([
        { ...host, name: 'BXAuth', value: "a'b!" },
        { ...host, name: 'q', value: '"c"' },
      ]));
  }
});

test('the partition of a cookie is kept, in the words of Playwright and of extensions', () => {
  const cookie = { name: 'sid', value: 'a', domain: 'platform.iflow.cn', secure: true };
  const site = 'https://iflow.cn';
  const { checkpoint } = parse([
    cookie,
    { ...cookie, partitionKey: { topLevelSite: site, hasCrossSiteAncestor: false } },
    { ...cookie, name: 'x', partitionKey: site, _crHasCrossSiteAncestor: true },
  ]);
  expect(
    checkpoint.cookies.map(({ partitionKey, _crHasCrossSiteAncestor: isFramed }) => [partitionKey, isFramed]),
  ).toEqual([
    [undefined, undefined],
    [site, false],
    [site, true],
  ]);
});

test.describe('the file itself', () => {
  test('is read whatever its mode, with a warning when others can read it', async ({ home }) => {
    test.skip(process.platform === 'win32', 'Windows has no file modes');
    const path = join(home, 'My 密钥 file.json');
    writeFileSync(path, '\uFEFF{"cookie":"BXAuth=a"}\r\n');
    chmodSync(path, 0o644);
    const imported = await readSecretsFile(path, options);
    expect(imported.warnings.map(({ en }) => en)).toEqual([expect.stringContaining(`rm '${path}'`)]);
    expect(imported.suggestedName).toBe('my-file');
    chmodSync(path, 0o600);
    expect((await readSecretsFile(path, options)).warnings).toEqual([]);
  });

  test('is an error that says why when it is missing, a folder or not text', async ({ home }) => {
    await expect(readSecretsFile(join(home, 'none'), options)).rejects.toThrow(/there is no such file/);
    await expect(readSecretsFile(home, options)).rejects.toMatchObject({ code: 'KT230' });
    writeFileSync(join(home, 'bytes'), Buffer.from([0xff, 0xfe, 0x7b]));
    await expect(readSecretsFile(join(home, 'bytes'), options)).rejects.toThrow(/not UTF-8/);
  });

  test('with garbage gives a coded error, never an injected header or a lost file', async ({ home }) => {
    const path = join(home, 'x.json');
    const field = fc.constantFrom(
      'cookie',
      'cookies',
      'xsrf',
      'name',
      'referer',
      'user_agent',
      'extra_headers',
      'origins',
    );
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .dictionary(field, fc.oneof(fc.jsonValue(), fc.string(), fc.dictionary(fc.string(), fc.string())))
        .map((v) => JSON.stringify(v)),
      fc.string().map((value) => JSON.stringify({ cookie: 'a=b', extra_headers: { x: value } })),
      fc.string({ unit: 'binary' }).map((value) => JSON.stringify({ cookie: `a=${value}`, xsrf: value })),
    );
    await fc.assert(
      fc.asyncProperty(text, async (content) => {
        writeFileSync(path, content, { mode: 0o600 });
        const before = readFileSync(path);
        const result = await readSecretsFile(path, options).catch((error: unknown) => error);
        if (result instanceof Error) expect((result as AppError).code).toBe('KT230');
        else {
          const { checkpoint } = result as Awaited<ReturnType<typeof readSecretsFile>>;
          const header = checkpoint.cookies.map((cookie) => `${cookie.name}=${cookie.value}`).join('; ');
          new Headers({ ...checkpoint.headers, 'x-cookie': encodeURI(header) });
          expect(`${header}${JSON.stringify(Object.values(checkpoint.headers ?? {}))}`).not.toMatch(/[\r\n\0]/);
        }
        expect(readFileSync(path).equals(before)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
