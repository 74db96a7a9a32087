export const hidden = '•••';

/** The part of a key that may be shown: `sk-ab…yz`. Of short values nothing is shown. */
export function maskKey(key: string): string {
  return key.length < 16 ? '…' : `${key.slice(0, 5)}…${key.slice(-2)}`;
}

/** Removes the given secrets and all that looks like a key, token, cookie, phone number or address, in linear time. */
export function redactText(text: string, secrets: readonly string[] = []): string {
  let result = text;
  for (const secret of [...secrets].filter((s) => s.length >= 4).sort((a, b) => b.length - a.length)) {
    result = result.replaceAll(secret, hidden);
  }
  return result
    .replace(/\bsk-[0-9A-Za-z_-]{10,}/g, (key) => `${key.slice(0, 5)}…${key.slice(-2)}`)
    .replace(/\b(Bearer\s+)[\w.~+/=-]{8,}/gi, `$1${hidden}`)
    .replace(/\b(t-|u-|c-)[0-9A-Za-z_-]{16,}/g, `$1${hidden}`)
    .replace(
      /\b((?:BXAuth|XSRF-TOKEN|x-xsrf-token|app_secret|access_key|ticket)["']?\s*[=:]\s*["']?)[^;,\s"'&]{4,}/gi,
      `$1${hidden}`,
    )
    .replace(/(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)/g, '$1••••$2')
    .replace(/(?<![\w.+-])([\w.+-])[\w.+-]*@([\w-]+\.[\w.-]+)/g, `$1${hidden}@$2`);
}

/**
 * It counts as a secret when it looks random: a part between its separators switches between letters and digits and
 * back, or is long and has both. Sources of regular expressions, because the redaction in a page needs them as text.
 */
export const longToken = {
  run: '[A-Za-z0-9_+/-]{24,}={0,2}',
  looksRandom:
    '(?=[A-Za-z0-9]{8})(?:[A-Za-z]+\\d+[A-Za-z]|\\d+[A-Za-z]+\\d)|(?=[A-Za-z0-9]{24})(?:[A-Za-z]+\\d|\\d+[A-Za-z])',
} as const;

const tokenRun = new RegExp(longToken.run, 'g');
const looksRandom = new RegExp(`(?<![A-Za-z0-9])(?:${longToken.looksRandom})`);

/** Of a path, hides only the random parts. For foreign text only: keyturn's own text may name a run or a file. */
export function hideTokens(text: string, mark = hidden): string {
  const hide = (part: string) => (looksRandom.test(part) ? mark : part);
  return text.replace(tokenRun, (run) => (run.startsWith('/') ? run.split('/').map(hide).join('/') : hide(run)));
}

/** Removes user, query, fragment and tokens in the path. The result is still a URL. */
export function redactUrl(url: string): string {
  if (!URL.canParse(url)) return '(no URL)';
  const { origin, protocol, pathname } = new URL(url);
  return origin === 'null' ? `${protocol}…` : origin + hideTokens(pathname, '***');
}

/** A proxy's address without its user and password. */
export const redactProxy = (proxy: string | undefined) => proxy?.replace(/^(\w+:\/\/)?.*@/, '$1•••@');

/** Control characters, characters that change the direction of text or have no width, and line breaks of Unicode. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Makes such characters visible: `\x1b`, `\u202e`. Keeps line breaks. */
export function printable(text: string): string {
  return text.replace(unseen, (char) => (char === '\n' ? char : visible(char)));
}

/** Like {@link printable}, but on one line. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').replace(unseen, visible);
}

function visible(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x1_0000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
}

/** Shows such characters in the output of `JSON.stringify` as JSON escapes, so that nothing is lost. */
export function printableJson(json: string): string {
  return json.replace(unseen, (char) =>
    char === '\n' ? char : char.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}
