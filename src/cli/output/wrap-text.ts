import stringWidth from 'string-width';

/** Punctuation that does not start a line. */
const closing = '，。；：、！？）”’》';

/** Words with the space before them; each Han character, with the punctuation that follows, is a word by itself. */
const words = new RegExp(`\\s*(?:\\p{Script=Han}|[^\\s\\p{Script=Han}${closing}]+|[${closing}])[${closing}]*`, 'gu');

/** Breaks at spaces and between Han characters so that no line is wider than `width` cells, where words allow that. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const found of text.match(words) ?? []) {
    const word = found.replace(/^\s+/, ' ');
    const longer = line === '' ? word.trimStart() : line + word;
    if (line !== '' && stringWidth(longer) > width) {
      lines.push(line);
      line = word.trimStart();
    } else line = longer;
  }
  return [...lines, line];
}
