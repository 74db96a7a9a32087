import { importTexts } from '../messages/imports.js';
import type { Text } from '../messages/text.js';
import type { Found } from './import-cookies.js';

/** One cookie a line: domain, subdomains, path, secure, expires, name, value. Editors and terminals turn tabs into spaces. */
const netscapeLine =
  /^\s*(#HttpOnly_)?(\S+)[ \t]+(true|false)[ \t]+(\/\S*)[ \t]+(true|false)[ \t]+(-?[\d.]+)(?:\t| +)([^\t ]*)(?:[ \t](.*))?$/i;

/** What people bring that holds cookies in another form, or none. Tried on a line, then on the whole file. */
const lookalikes: readonly (readonly [RegExp, Text])[] = [
  [/^set-cookie:|;\s*(?:path=\/|samesite=|max-age=\d|(?:httponly|secure)\s*(?:;|$))/i, importTexts.setCookie],
  [/^[^\t]+\t[^\t]*\t[^\t]+\t\/[^\t]*\t(?:session|\d{4}-\d\d-\d\dT)/i, importTexts.devtoolsTable],
  [/\bNet\.Cookie\b|\$session\.Cookies/, importTexts.powershell],
  [/\bfetch\("/, importTexts.fetchCall],
  [/^\s*<(?:!doctype|html)/i, importTexts.html],
  [/^\s*curl\b/, importTexts.curlWithoutCookies],
  [/\t/, importTexts.columns],
];

const looksLike = (text: string): Text =>
  lookalikes.find(([pattern]) => pattern.test(text))?.[1] ?? importTexts.noCookie;

/** Reads a file that is no JSON: "Copy as cURL", a `cookies.txt`, a request's headers, or one Cookie header. */
export function cookiesIn(text: string, isHttps: boolean): { readonly parts: readonly Found[]; readonly from: string } {
  if (/^\s*curl(?:\.exe)?\s/.test(text)) return { parts: cookiesInCurl(text, isHttps), from: 'the curl command' };
  const lines = text.split(/\r?\n/);
  const isPairs = text.includes('=') && looksLike(text) === importTexts.noCookie && !netscapeLine.test(text);
  const header = lines.find((line) => /^cookie:/i.test(line)) ?? (lines.length === 1 && isPairs ? text : undefined);
  if (header !== undefined) {
    return { parts: cookiesInHeader(header, 'the header', { secure: isHttps }), from: 'the header' };
  }
  const parts = lines.flatMap((line, index): Found[] => {
    if (line.trim() === '' || /^\s*#(?!HttpOnly_)/i.test(line)) return [];
    const at = `line ${index + 1}`;
    const [, httpOnly, domain, flag = '', path, secure, expires, name, value] = netscapeLine.exec(line) ?? [];
    if (domain === undefined) return [{ at, looksLike: looksLike(line) }];
    const hostOnly = !/^true$/i.test(flag);
    return [{ at, fields: { domain, path, secure, expires, name, value, hostOnly, httpOnly: httpOnly !== undefined } }];
  });
  return { parts, from: 'the file' };
}

/** `BXAuth=…; XSRF-TOKEN=…`, as session cookies. @param more the fields that all have */
export function cookiesInHeader(header: string, at: string, more: object): readonly Found[] {
  const pairs = header
    .trim()
    .replace(/^cookie:\s*/i, '')
    .split(';');
  return pairs.flatMap((pair, index) => {
    const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(pair) ?? [];
    return pair.trim() === ''
      ? []
      : [{ at: `${at}[${index}]`, fields: { ...more, name: name.trim(), value: value.trim() } }];
  });
}

/** Chrome writes the cookies with `-b` since version 133 and with `-H` before, as Firefox does. */
function cookiesInCurl(text: string, isHttps: boolean): readonly Found[] {
  const words = shellWords(text);
  const url = words.find((word) => /^https?:\/\//i.test(word)) ?? '';
  const domain = URL.canParse(url) ? new URL(url).hostname : undefined;
  const found = words.flatMap((word, index) => {
    const next = words[index + 1] ?? '';
    if (['-b', '--cookie'].includes(word) && next.includes('=')) return [next];
    const given = ['-H', '--header'].includes(word) ? next : '';
    return /^cookie:/i.test(given) ? [given] : [];
  });
  if (found.length === 0) return [{ at: 'line 1', looksLike: importTexts.curlWithoutCookies }];
  return found.flatMap((header) => cookiesInHeader(header, 'cookie', { domain, hostOnly: true, secure: isHttps }));
}

/** The words of a command for a POSIX shell, or for cmd.exe, where a caret quotes. */
function shellWords(command: string): readonly string[] {
  const text = /\^"|\^\r?\n/.test(command) ? command.replace(/\^(?:\r?\n|([^]))/g, '$1') : command;
  const words = text.match(/(?:\$'(?:[^'\\]|\\[^])*'|'[^']*'|"(?:[^"\\]|\\[^])*"|\\[^]|[^\s'"\\])+/g) ?? [];
  const piece = /\$'((?:[^'\\]|\\[^])*)'|'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])/g;
  const escaped = (part: string) =>
    part.replace(/\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|([^]))/gi, (_, u: string, x: string, other: string) =>
      (u ?? x) === undefined ? (other === 'n' ? '\n' : other) : String.fromCharCode(parseInt(u ?? x, 16)),
    );
  return words.map((word) =>
    word.replace(piece, (_, ansi?: string, single?: string, double?: string, other?: string) => {
      if (ansi !== undefined) return escaped(ansi);
      return single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? (other === '\n' ? '' : (other ?? ''));
    }),
  );
}
