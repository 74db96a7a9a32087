/** A path as one word of a POSIX shell, for the commands that error hints show. */
export function shellWord(word: string): string {
  return /^[\w./~:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
