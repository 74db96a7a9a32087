/** `sk-` keys of any site, whole; group 1 is the part that may be shown. */
const keyLike = /\b(sk-[0-9A-Za-z]{2})[0-9A-Za-z_-]{6,}([0-9A-Za-z]{2})\b/g;

/** What may be shown of a key: `sk-ab…yz`. Short values show nothing. */
export function maskKey(key: string): string {
  return key.length < 16 ? '…' : `${key.slice(0, 5)}…${key.slice(-2)}`;
}

/**
 * Takes secrets out of free text: the named ones first, then whatever looks like a key, a bearer token,
 * a cookie value, a Chinese mobile number or an e-mail address.
 */
export function redactText(text: string, secrets: readonly string[] = []): string {
  let result = text;
  for (const secret of [...secrets].filter((s) => s.length >= 4).sort((a, b) => b.length - a.length)) {
    result = result.replaceAll(secret, '•••');
  }
  return result
    .replace(keyLike, '$1…$2')
    .replace(/\b(Bearer\s+)[\w.~+/=-]{8,}/gi, '$1•••')
    .replace(/\b(t-|u-|c-)[0-9A-Za-z_-]{16,}/g, '$1•••')
    .replace(
      /\b((?:BXAuth|XSRF-TOKEN|x-xsrf-token|app_secret|access_key|ticket)["']?\s*[=:]\s*["']?)[^;,\s"'&]{4,}/gi,
      '$1•••',
    )
    .replace(/(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)/g, '$1••••$2')
    .replace(/\b([\w.+-])[\w.+-]*@([\w-]+\.[\w.-]+)/g, '$1•••@$2');
}

/** A URL for logs and cards: no user, query or fragment, which may carry tokens. */
export function redactUrl(url: string): string {
  try {
    const parsed = new URL(url);
    return parsed.origin === 'null' ? `${parsed.protocol}…` : parsed.origin + parsed.pathname;
  } catch {
    return '(no URL)';
  }
}
