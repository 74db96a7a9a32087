import { AppError } from '../errors/app-error.js';
import { describeError } from '../log.js';
import { redactText } from '../redact.js';
import { Interrupted, type CliContext } from './context.js';
import { paint } from './paint.js';

/** The one printer of errors. Returns the exit code. */
export function printError(error: unknown, context: CliContext, prefix = ''): number {
  const color = paint(context.stderr, context.env);
  if (error instanceof AppError) {
    const lines = [`${prefix}${color.red('error')} ${redactText(error.message)} ${color.dim(`[${error.code}]`)}`];
    if (error.state) lines.push(`  ${redactText(error.state)}`);
    if (error.hint) lines.push(`  ${color.dim('next:')} ${redactText(error.hint)}`);
    context.stderr.write(`${lines.join('\n')}\n`);
    return error.exitCode;
  }
  if (error instanceof Interrupted || (error instanceof Error && error.cause instanceof Interrupted)) {
    context.stderr.write(`${prefix}interrupted; what was begun is settled by the next run\n`);
    return error instanceof Interrupted && error.signalName === 'SIGTERM' ? 143 : 130;
  }
  const { stack, message } = describeError(error) as { stack?: string; message?: string };
  context.stderr.write(
    `${prefix}${color.red('error')} keyturn met something nobody foresaw; this is a bug. [KT001]\n` +
      `  The key record and the session are written whole or not at all, so they are as they were.\n` +
      `  ${color.dim('next:')} keyturn doctor; and report these lines:\n${redactText(stack ?? message ?? String(error))}\n`,
  );
  return 1;
}
