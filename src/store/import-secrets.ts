import { basename } from 'node:path';
import * as z from 'zod/mini';
import { appError } from '../lib/app-error.js';
import { shellWord } from '../messages/shell-word.js';
import { storeErrors } from '../lib/store-errors.js';
import { sessionCheckpoint, type SessionCheckpoint } from '../core/session-checkpoint.js';
import { orUndefined } from '../lib/or-undefined.js';
import { readBoundedFile } from '../lib/read-bounded-file.js';
import { textThat } from '../lib/schema.js';
import { webUrlProblem } from './accounts.js';
import { isAccountName } from './home.js';
import { cookiesIn, cookiesInHeader } from './cookie-formats.js';
import { cookiesFor, type CookieImport, type Found } from './import-cookies.js';
import { isPlainObject, validate } from './validate.js';
import { importTexts } from '../messages/imports.js';
import { same, type Text } from '../messages/text.js';
import { warningTexts } from '../messages/warnings.js';

export interface ImportOptions {
  /** The console's URL; cookies are imported for its host. */
  readonly baseUrl: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const mostBytes = 1024 * 1024;
const xsrfCookie = 'XSRF-TOKEN';
/** Set by the connection, the cookies or the body. An import that sets them could break or smuggle a request. */
const ownHeaders = new Set(
  (
    'connection keep-alive proxy-connection proxy-authenticate proxy-authorization te trailer transfer-encoding upgrade ' +
    'host content-length content-type content-encoding accept-encoding expect cookie cookie2 set-cookie http2-settings'
  ).split(' '),
);

const headerName = textThat((name) => {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return "is not a header's name";
  return ownHeaders.has(name.toLowerCase()) ? 'is a header that keyturn sets itself' : undefined;
});
// A header can only carry Latin-1; a line break would start another header.
const headerValue = textThat((value) =>
  /^[\x20-\x7e\x80-\xff\t]*$/.test(value.trim()) ? undefined : 'has a forbidden character',
);
const plainText = textThat((text) => (/[^\P{Cc}\t]/u.test(text.trim()) ? 'has a control character' : undefined));
const cookies = z.nullish(z.union([z.string(), z.array(z.unknown())], 'is neither a string nor a list'));

/** The older refresher's secrets file, or Playwright's `storageState()`. */
const secretsFile = z.looseObject({
  name: z.nullish(plainText),
  xsrf: z.nullish(plainText),
  cookie: cookies,
  cookies,
  origins: z.catch(sessionCheckpoint.shape.origins, []),
  referer: z.nullish(headerValue),
  user_agent: z.nullish(headerValue),
  extra_headers: z.optional(z.record(headerName, headerValue)),
});

/**
 * Reads the older refresher's secrets file, a browser's cookie export (JSON or cookies.txt), "Copy as cURL", or a bare
 * Cookie header. Rejects with KT230, which lists every problem with its path. Accepts a file that others can read, with a warning.
 */
export async function readSecretsFile(path: string, options: ImportOptions): Promise<ReturnType<typeof parseSecrets>> {
  const refuse = ({ en }: { readonly en: string }, cause?: unknown) =>
    appError(storeErrors.badImport, { path, problems: [en] }, { cause });
  const { text, stats } = await readBoundedFile(path, { mostBytes, refuse });
  const parsed = parseSecrets(text, path, options);
  const isExposed = process.platform !== 'win32' && (stats.mode & 0o077) !== 0;
  if (!isExposed) return parsed;
  const exposed = warningTexts.readableByOthers(path, `rm ${shellWord(path)}`);
  return { ...parsed, warnings: [exposed, ...parsed.warnings] };
}

/** As {@link readSecretsFile}, from the file's text. Warnings say what was left out or looks wrong, without secrets. */
export function parseSecrets(text: string, path: string, options: ImportOptions) {
  const wrongUrl = webUrlProblem(options.baseUrl);
  if (wrongUrl) throw appError(storeErrors.badImport, { path, problems: [`the base URL ${wrongUrl}`] });
  const url = new URL(options.baseUrl);
  const nowMs = options.now();
  const into: CookieImport = {
    host: url.hostname,
    isHttps: url.protocol === 'https:',
    nowMs,
    problems: [],
    warnings: [],
  };
  const { from, keyName, xsrf, headers = {}, origins = [], ...draft } = draftOf(text.trim(), into);
  const own = cookiesFor(into, draft.parts, from);
  const { problems, warnings } = into;
  if (problems.length > 0) throw appError(storeErrors.badImport, { path, problems });
  const hasToken = own.some(({ name }) => name === xsrfCookie);
  // The console's header has the token decoded, the cookie has it encoded; the file may have either.
  const token = orUndefined(() => decodeURIComponent(xsrf ?? '')) ?? xsrf ?? '';
  const tokenCookie = {
    ...{ name: xsrfCookie, value: encodeURIComponent(token), domain: into.host, path: '/', expires: -1 },
    ...{ httpOnly: false, secure: into.isHttps, sameSite: 'Lax' as const },
  };
  const checkpoint: SessionCheckpoint = {
    version: 1,
    savedAt: new Date(nowMs).toISOString(),
    savedBy: 'import',
    cookies: hasToken || !xsrf ? own : [...own, tokenCookie],
    origins,
    headers: Object.keys(headers).length > 0 ? headers : undefined,
  };
  return { suggestedName: suggestName(path), keyName, checkpoint, warnings };
}

interface Draft {
  readonly parts: readonly Found[];
  /** The part of the file with the cookies, for messages. */
  readonly from: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly origins?: SessionCheckpoint['origins'];
  readonly keyName?: string;
  readonly xsrf?: string;
}

function draftOf(text: string, into: CookieImport): Draft {
  const refuse = (problem: Text): Draft => {
    into.problems.push(problem);
    return { parts: [], from: 'the file' };
  };
  if (text === '') return refuse(importTexts.empty);
  if (!/^[[{]/.test(text)) return cookiesIn(text, into.isHttps);
  const value = orUndefined((): unknown => JSON.parse(text));
  if (value === undefined) return refuse(importTexts.notJson);
  if (!isPlainObject(value)) return { parts: listed(value as unknown[], 'the list'), from: 'the list' };
  if (!('cookie' in value || 'cookies' in value)) {
    const isMap = Object.entries(value).every(([key, each]) => typeof each === 'string' && !(key in secretsFile.shape));
    return refuse(
      'log' in value
        ? importTexts.whole(importTexts.har)
        : isMap
          ? importTexts.whole(importTexts.map)
          : importTexts.cookieMissing,
    );
  }
  return fromObject(value, into) ?? { parts: [], from: 'the file' };
}

/** A list from a browser extension or Playwright's `storageState()`. */
function listed(list: readonly unknown[], path: string): readonly Found[] {
  return list.map((fields, index) => {
    const isFirefox = isPlainObject(fields) && 'Name raw' in fields;
    return { at: `${path}[${index}]`, fields, looksLike: isFirefox ? importTexts.firefoxList : undefined };
  });
}

function fromObject(value: object, into: CookieImport): Draft | undefined {
  const checked = validate(secretsFile, value);
  if (!checked.ok) {
    into.problems.push(...checked.problems.map(same));
    return undefined;
  }
  const { value: file } = checked;
  for (const key of Object.keys(value)) {
    if (!(key in secretsFile.shape)) into.warnings.push(warningTexts.unknownField(key.slice(0, 80)));
  }
  const from = file.cookie == null ? 'cookies' : 'cookie';
  const found = file.cookie ?? file.cookies;
  if (found == null) into.problems.push(importTexts.cookieMissing);
  const parts = Array.isArray(found)
    ? listed(found, from)
    : cookiesInHeader(typeof found === 'string' ? found : '', from, { secure: into.isHttps });
  const given = { ...file.extra_headers, referer: file.referer, 'user-agent': file.user_agent };
  // A request takes x-xsrf-token from the cookie, which the site may change; a fixed header would become stale.
  const { ['x-xsrf-token']: headerToken, ...headers } = Object.fromEntries(
    Object.entries(given).flatMap(([name, header]) => (header ? [[name.toLowerCase(), header.trim()]] : [])),
  ) as Record<string, string>;
  const isHere = ({ origin }: { origin: string }) => URL.canParse(origin) && new URL(origin).hostname === into.host;
  const xsrf = file.xsrf?.trim() || headerToken;
  return {
    parts,
    from,
    headers,
    origins: file.origins.filter(isHere),
    keyName: file.name?.trim() || undefined,
    xsrf,
  };
}

function suggestName(path: string): string {
  const name = basename(path)
    .toLowerCase()
    .replace(/\.[^.]*$/, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return isAccountName(name) ? name : 'iflow';
}
