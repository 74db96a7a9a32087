import { Command } from 'commander';
import { commonTexts } from '../messages/cli/common.js';
import { nextLine } from '../messages/command-line.js';
import type { Language, Text } from '../messages/text.js';
import type { ProcessContext } from '../app/process-context.js';

/** Sets the exit code of the command; 0 unless it is called. */
export type SetExitCode = (code: number) => void;

/** A command whose help ends with examples. */
export class KeyturnCommand extends Command {
  constructor(
    private readonly language: Language,
    name?: string,
  ) {
    super(name);
  }

  override createCommand(name?: string): KeyturnCommand {
    return new KeyturnCommand(this.language, name);
  }

  /** @param before a text between the options and the examples */
  examples(lines: readonly string[], before?: string): this {
    const intro = before === undefined ? '' : `\n${before}\n`;
    const shown = lines.map((line) => `  $ ${line}`).join('\n');
    return this.addHelpText('after', `${intro}\n${commonTexts.examples[this.language]}\n${shown}`);
  }
}

/** Prints what was done, and the command to run next. */
export function report({ stderr, language }: ProcessContext, done: Text, next?: string): void {
  stderr.write(`${done[language]}\n${next === undefined ? '' : nextLine(next, language)}`);
}
