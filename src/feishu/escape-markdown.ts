/** Feishu's markdown takes numeric HTML entities for every character that it uses. A backslash does not escape. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_~[\]()<>!#|$&:+=-]/g, escaped)
    .replace(/^(\s*\d+)\./, (_, digits: string) => `${digits}${escaped('.')}`);
}

const escaped = (char: string): string => `&#${char.charCodeAt(0)};`;
