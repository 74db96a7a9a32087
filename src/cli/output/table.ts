import stringWidth from 'string-width';

type Rows = readonly (readonly string[])[];

/**
 * Columns padded by display width (Chinese characters take two cells); the last cell of a row is left as it is. The first
 * row holds the headings. Where the table is wider than `columns`, each row becomes a block of lines with headings.
 */
export function table(rows: Rows, columns = Infinity): string {
  const lines = inColumns(rows);
  return lines.every((line) => stringWidth(line) <= columns) ? lines.join('\n') : inBlocks(rows);
}

function inColumns(rows: Rows): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.slice(0, -1).forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, stringWidth(cell))));
  const padded = (cell: string, i: number, row: readonly string[]) =>
    i === row.length - 1 ? cell : cell + ' '.repeat((widths[i] ?? 0) - stringWidth(cell));
  return rows.map((row) => row.map(padded).join('  ').trimEnd());
}

function inBlocks([headings = [], ...rows]: Rows): string {
  const labels = headings.slice(1);
  return rows
    .map(([name = '', ...cells]) => [name, ...inColumns(labels.map((label, i) => [`  ${label}`, cells[i] ?? '']))])
    .map((lines) => lines.join('\n'))
    .join('\n');
}
