import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { appError } from '../errors/app-error.js';
import { shellWord } from '../messages/shell-word.js';
import { storeErrors } from '../errors/store-errors.js';
import type { CheckpointCookie, SessionCheckpoint } from '../core/session-checkpoint.js';
import { webUrlProblem } from './accounts.js';
import { isAccountName } from './home.js';
import {
  cookiesFromHeader,
  cookiesFromList,
  cookiesFromNetscape,
  plainCookie,
  type CookieFindings,
  type CookieTarget,
} from './import-cookies.js';
import { isPlainObject } from './validate.js';
import { readError } from '../lib/system-error.js';

export interface ImportOptions {
  /** The console's URL; cookies are imported for its host. */
  readonly baseUrl: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const largestBytes = 1024 * 1024;
const knownFields = ['name', 'xsrf', 'cookie', 'cookies', 'origins', 'referer', 'user_agent', 'extra_headers'];
const xsrfCookie = 'XSRF-TOKEN';
/** Set by the connection, the cookies or the body. An import that sets them could break or smuggle a request. */
const ownHeaders = new Set(
  (
    'connection keep-alive proxy-connection proxy-authenticate proxy-authorization te trailer transfer-encoding upgrade ' +
    'host content-length content-type content-encoding accept-encoding expect cookie cookie2 set-cookie http2-settings'
  ).split(' '),
);

/**
 * Reads the older refresher's secrets file, a browser's cookie export (JSON or cookies.txt), or a bare Cookie header.
 * Rejects with KT230, which lists every problem with its path. Accepts a file that others can read, with a warning.
 */
export async function readSecretsFile(path: string, options: ImportOptions): Promise<ReturnType<typeof parseSecrets>> {
  const { text, mode } = await readForeignFile(path);
  const parsed = parseSecrets(text, path, options);
  const isExposed = process.platform !== 'win32' && (mode & 0o077) !== 0;
  if (!isExposed) return parsed;
  const warning = `${path} can be read by other users. It is no longer needed: rm ${shellWord(path)}`;
  return { ...parsed, warnings: [warning, ...parsed.warnings] };
}

/** As {@link readSecretsFile}, from the file's text. Warnings say what was left out or looks wrong, without secrets. */
export function parseSecrets(text: string, path: string, options: ImportOptions) {
  const wrongUrl = webUrlProblem(options.baseUrl);
  if (wrongUrl) throw appError(storeErrors.badImport, { path, problems: [`the base URL ${wrongUrl}`] });
  const url = new URL(options.baseUrl);
  const target = { host: url.hostname, isHttps: url.protocol === 'https:', nowMs: options.now() };
  const { problems, warnings, headers, keyName, cookies, origins } = draftOf(text.replace(/^\uFEFF/, ''), target);
  if (problems.length > 0) throw appError(storeErrors.badImport, { path, problems });
  const checkpoint: SessionCheckpoint = {
    version: 1,
    savedAt: new Date(target.nowMs).toISOString(),
    savedBy: 'import',
    cookies,
    origins,
    headers: Object.keys(headers).length > 0 ? headers : undefined,
  };
  return { suggestedName: suggestName(path), keyName, checkpoint, warnings };
}

interface Draft extends CookieFindings {
  readonly headers: Record<string, string>;
  readonly origins: SessionCheckpoint['origins'];
  readonly keyName?: string;
}

function draftOf(text: string, target: CookieTarget): Draft {
  const bare = (found: CookieFindings): Draft => ({ ...found, headers: {}, origins: [] });
  const trimmed = text.trim();
  if (trimmed === '') return bare({ cookies: [], problems: ['the file is empty'], warnings: [] });
  if (/^[[{]/.test(trimmed)) {
    let value: unknown;
    try {
      value = JSON.parse(trimmed);
    } catch {
      return bare({ cookies: [], problems: ['the file is not JSON, or it is cut off'], warnings: [] });
    }
    return Array.isArray(value)
      ? bare(cookiesFromList(value, 'the list', target))
      : fromObject(value as Record<string, unknown>, target);
  }
  if (trimmed.includes('\t')) return bare(cookiesFromNetscape(trimmed, 'cookies.txt', target));
  if (!/[\r\n]/.test(trimmed) && trimmed.includes('=')) return bare(cookiesFromHeader(trimmed, 'the header', target));
  const problem = 'the file is neither JSON, nor a cookies.txt, nor one line of cookies';
  return bare({ cookies: [], problems: [problem], warnings: [] });
}

function fromObject(file: Record<string, unknown>, target: CookieTarget): Draft {
  const problems: string[] = [];
  const warnings: string[] = [];
  const stringAt = (key: string): string | undefined => {
    const value = file[key];
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value === 'string') return value.trim();
    problems.push(`${key} is not a string`);
    return undefined;
  };
  for (const key of Object.keys(file)) {
    if (!knownFields.includes(key)) warnings.push(`${key.slice(0, 80)} is unknown and was left out.`);
  }

  const cookies = cookiesOf(file, target);
  problems.push(...cookies.problems);
  warnings.push(...cookies.warnings);

  const headers: Record<string, string> = {};
  const setHeader = (name: string, value: unknown, path: string) => {
    const problem = headerProblem(name, value);
    if (problem) problems.push(`${path} ${problem}`);
    else headers[name.toLowerCase()] = (value as string).trim();
  };
  const extra = file['extra_headers'] ?? {};
  if (!isPlainObject(extra)) problems.push('extra_headers is not an object');
  else for (const [name, value] of Object.entries(extra)) setHeader(name, value, `extra_headers.${name.slice(0, 80)}`);
  for (const key of ['referer', 'user_agent']) {
    const value = stringAt(key);
    if (value !== undefined) setHeader(key.replace('_', '-'), value, key);
  }

  // A request takes x-xsrf-token from the cookie, which the site may change; a fixed header would become stale.
  const { ['x-xsrf-token']: headerToken, ...others } = headers;
  addXsrfCookie(cookies.cookies, stringAt('xsrf') ?? headerToken, target, { problems, warnings });
  const keyName = stringAt('name');
  if (keyName !== undefined && hasControl(keyName)) problems.push('name has a control character');
  return { cookies: cookies.cookies, problems, warnings, headers: others, origins: originsOf(file, target), keyName };
}

function cookiesOf(file: Record<string, unknown>, target: CookieTarget): CookieFindings {
  const { cookie, cookies } = file;
  const path = cookie === undefined ? 'cookies' : 'cookie';
  const value = cookie ?? cookies;
  if (Array.isArray(value)) return cookiesFromList(value, path, target);
  if (typeof value === 'string') return cookiesFromHeader(value, path, target);
  const problem = value === undefined ? 'cookie is missing' : `${path} is neither a string nor a list`;
  return { cookies: [], problems: [problem], warnings: [] };
}

function addXsrfCookie(
  cookies: CheckpointCookie[],
  token: string | undefined,
  target: CookieTarget,
  findings: Pick<CookieFindings, 'problems' | 'warnings'>,
): void {
  if (token === undefined) return;
  if (hasControl(token)) {
    findings.problems.push('xsrf has a control character');
    return;
  }
  // The header has the token decoded, the cookie has it encoded; the file may have either.
  const decoded = decode(token);
  const existing = cookies.find((cookie) => cookie.name === xsrfCookie);
  if (!existing) cookies.push({ ...plainCookie(target), name: xsrfCookie, value: encodeURIComponent(decoded) });
  else if (decode(existing.value) !== decoded) {
    findings.warnings.push(`xsrf differs from the ${xsrfCookie} cookie; the cookie is used.`);
  }
}

/** The console origin's localStorage, from a Playwright storage state. */
function originsOf(file: Record<string, unknown>, target: CookieTarget): SessionCheckpoint['origins'] {
  const origins = Array.isArray(file['origins']) ? (file['origins'] as unknown[]) : [];
  return origins.flatMap((item) => {
    if (!isPlainObject(item) || typeof item['origin'] !== 'string' || !Array.isArray(item['localStorage'])) return [];
    if (!URL.canParse(item['origin']) || new URL(item['origin']).hostname !== target.host) return [];
    const entries = (item['localStorage'] as unknown[]).filter(isPlainObject);
    const localStorage = entries.flatMap(({ name, value }) =>
      typeof name === 'string' && typeof value === 'string' ? [{ name, value }] : [],
    );
    return [{ origin: item['origin'], localStorage }];
  });
}

function headerProblem(name: string, value: unknown): string | undefined {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return "is not a header's name";
  if (ownHeaders.has(name.toLowerCase())) return 'is a header that keyturn sets itself';
  if (typeof value !== 'string') return 'is not a string';
  // A header can only carry Latin-1; a line break would start another header.
  return hasControl(value.trim()) || /[^\x20-\xff\t]/.test(value.trim()) ? 'has a forbidden character' : undefined;
}

function hasControl(text: string): boolean {
  return [...text].some((char) => (char < ' ' && char !== '\t') || char === '\x7f');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function suggestName(path: string): string {
  const name = basename(path)
    .toLowerCase()
    .replace(/\.[^.]*$/, '')
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
    .slice(0, 64);
  return isAccountName(name) ? name : 'iflow';
}

async function readForeignFile(path: string): Promise<{ readonly text: string; readonly mode: number }> {
  const refuse = (problem: string) => appError(storeErrors.badImport, { path, problems: [problem] });
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw refuse('it is not a plain file');
    if (stats.size > largestBytes) throw refuse(`it has ${stats.size} bytes`);
    const bytes = await readFile(path);
    if (!isUtf8(bytes)) throw refuse('the file is not UTF-8 text');
    return { text: bytes.toString('utf8'), mode: stats.mode };
  } catch (error) {
    throw readError(path, error);
  }
}
