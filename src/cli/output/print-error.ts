import { AppError, appError } from '../../lib/app-error.js';
import { unforeseenErrors } from './unforeseen-errors.js';
import { commandLineTexts } from '../../messages/command-line.js';
import { printable, redactText } from '../../lib/redact.js';
import { interruptionOf, type ProcessContext } from '../../app/process-context.js';
import { paint } from './paint.js';

/** Prints an error, of an account or of the command; all errors are printed here. Returns the exit code. */
export function printError(error: unknown, context: ProcessContext, account?: string): number {
  const color = paint(context.stderr, context.env);
  const shown = (text: string) => printable(redactText(text));
  const { language } = context;
  const prefix = account === undefined ? '' : `${account}${commandLineTexts.colon[language]}`;
  const print = (known: AppError): number => {
    const { message, state, hint } = known.in(language);
    const lines = [
      `${prefix}${color.red(commandLineTexts.error[language])} ${shown(message)} ${color.dim(`[${known.code}]`)}`,
    ];
    if (state) lines.push(`  ${shown(state)}`);
    if (hint) lines.push(`  ${color.dim(commandLineTexts.next[language])} ${shown(hint)}`);
    context.stderr.write(`${lines.join('\n')}\n`);
    return known.exitCode;
  };
  if (error instanceof AppError) return print(error);
  const interruption = interruptionOf(error);
  if (interruption) {
    context.stderr.write(`${prefix}${commandLineTexts.interrupted[language]}\n`);
    return interruption.signalName === 'SIGTERM' ? 143 : 130;
  }
  const exitCode = print(appError(unforeseenErrors.bug, undefined));
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  context.stderr.write(`${shown(text)}\n`);
  return exitCode;
}
