export type TextMatcher = string | RegExp;

/** Turns `/…/flags` into a regular expression; other values are literal. Undefined when the expression is malformed. */
export function compileTextMatcher(value: string): TextMatcher | undefined {
  const parts = /^\/(.+)\/([a-z]*)$/s.exec(value);
  if (!parts) return value;
  try {
    return new RegExp(parts[1]!, parts[2]!.replace(/[gy]/g, ''));
  } catch {
    return undefined;
  }
}

export function contains(haystack: string, matcher: TextMatcher): boolean {
  return typeof matcher === 'string' ? haystack.includes(matcher) : matcher.test(haystack);
}
