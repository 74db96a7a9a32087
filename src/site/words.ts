/** A text to be found: equal as it stands, or a regular expression. */
export type Word = string | RegExp;

/** `/…/flags` becomes a regular expression, anything else stays a text; undefined when the expression is malformed. */
export function compileWord(value: string): Word | undefined {
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
export function compileWords(value: string | readonly string[] | undefined): readonly Word[] {
  return asList(value).map((one) => compileWord(one) ?? one);
}

/** Whether a longer text holds the word. */
export function contains(haystack: string, word: Word): boolean {
  return typeof word === 'string' ? haystack.includes(word) : word.test(haystack);
}
