/** A text to be found: equal as it stands, or a regular expression. */
export type TextMatcher = string | RegExp;

/** `/…/flags` becomes a regular expression, anything else stays a text; undefined when the expression is malformed. */
export function compileTextMatcher(value: string): TextMatcher | undefined {
  const parts = /^\/(.+)\/([a-z]*)$/s.exec(value);
  if (!parts) return value;
  try {
    return new RegExp(parts[1]!, parts[2]!.replace(/[gy]/g, ''));
  } catch {
    return undefined;
  }
}

export const asList = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];

/** The words of a checked profile; a malformed one cannot be left by then. */
export function compileTextMatchers(value: string | readonly string[] | undefined): readonly TextMatcher[] {
  return asList(value).map((one) => compileTextMatcher(one) ?? one);
}

/** Whether a longer text holds the word. */
export function contains(haystack: string, matcher: TextMatcher): boolean {
  return typeof matcher === 'string' ? haystack.includes(matcher) : matcher.test(haystack);
}
