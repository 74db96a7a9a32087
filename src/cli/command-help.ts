/** Sets the exit code of the command; 0 unless it is called. */
export type SetExitCode = (code: number) => void;

/** The end of a command's help. */
export function examples(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
}
