/**
 * Escapes text for a card's markdown element, so that it is shown literally: no link, picture, mention, tag, emoji,
 * formula, heading, list, table or formatting. Feishu accepts numeric HTML entities for every character that its
 * markdown uses. A backslash does not escape.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_~[\]()<>!#|$&:+=-]/g, escaped)
    .replace(/^(\s*\d+)\./, (_, digits: string) => `${digits}${escaped('.')}`);
}

const escaped = (char: string): string => `&#${char.charCodeAt(0)};`;
