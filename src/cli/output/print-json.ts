import { Interrupted, type ProcessContext } from '../../app/process-context.js';
import { AppError, appError } from '../../errors/app-error.js';
import { unforeseenErrors } from '../../errors/unforeseen-errors.js';
import { printableJson } from '../../lib/redact.js';
import type { JsonAnswer, JsonCommand, JsonError } from '../../app/json-shapes.js';

/** Prints what a command answers with `--json`. */
export function printJson<C extends JsonCommand>(context: ProcessContext, answer: JsonAnswer<C>, isOk = true): void {
  write(context, { ok: isOk, ...answer });
}

/** Prints the error that ended a command with `--json`. */
export function printJsonError(context: ProcessContext, error: unknown): void {
  write(context, { ok: false, error: jsonError(error) });
}

/** The fields of an error; for an unforeseen one, those of KT990. */
export function jsonError(error: unknown): JsonError {
  if (error instanceof Interrupted) return { code: 'interrupted', message: error.message };
  const { code, message, state, hint } = error instanceof AppError ? error : appError(unforeseenErrors.bug, undefined);
  return { code, message, state, next: hint };
}

function write({ stdout }: ProcessContext, answer: object): void {
  stdout.write(`${printableJson(JSON.stringify(answer, null, 2))}\n`);
}
