/**
 * Text for a card's markdown element that is shown letter by letter: no link, picture, mention, tag, emoji, formula, heading,
 * list, table or formatting. Feishu takes HTML's numeric escapes for each character that its markdown knows; a backslash
 * does not escape there.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_~[\]()<>!#|$&:+=-]/g, escaped)
    .replace(/^(\s*\d+)\./, (_, digits: string) => `${digits}${escaped('.')}`);
}

const escaped = (char: string): string => `&#${char.charCodeAt(0)};`;
