import { commonTexts } from '../messages/cli/common.js';
import type { Language } from '../messages/text.js';

/** Sets the exit code of the command; 0 unless it is called. */
export type SetExitCode = (code: number) => void;

/** The end of a command's help. */
export function examples(language: Language, lines: readonly string[]): string {
  return `\n${commonTexts.examples[language]}\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
}
