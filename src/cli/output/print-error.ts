import { AppError, appError } from '../../errors/app-error.js';
import { unforeseenErrors } from '../../errors/unforeseen-errors.js';
import { describeError } from '../../lib/log.js';
import { printable, redactText } from '../../lib/redact.js';
import { Interrupted, type ProcessContext } from '../../app/process-context.js';
import { paint } from './paint.js';

/** Prints an error; all errors are printed here. Returns the exit code. */
export function printError(error: unknown, context: ProcessContext, prefix = ''): number {
  const color = paint(context.stderr, context.env);
  const shown = (text: string) => printable(redactText(text));
  const print = (known: AppError): number => {
    const lines = [`${prefix}${color.red('error')} ${shown(known.message)} ${color.dim(`[${known.code}]`)}`];
    if (known.state) lines.push(`  ${shown(known.state)}`);
    if (known.hint) lines.push(`  ${color.dim('next:')} ${shown(known.hint)}`);
    context.stderr.write(`${lines.join('\n')}\n`);
    return known.exitCode;
  };
  if (error instanceof AppError) return print(error);
  if (error instanceof Interrupted || (error instanceof Error && error.cause instanceof Interrupted)) {
    context.stderr.write(`${prefix}interrupted; what was begun is settled by the next run\n`);
    return error instanceof Interrupted && error.signalName === 'SIGTERM' ? 143 : 130;
  }
  const exitCode = print(appError(unforeseenErrors.bug, undefined));
  const { stack, message } = describeError(error) as { stack?: string; message?: string };
  context.stderr.write(`${shown(stack ?? message ?? String(error))}\n`);
  return exitCode;
}
