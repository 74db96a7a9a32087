import { interruptionOf, type ProcessContext } from '../../app/process-context.js';
import { AppError, appError } from '../../lib/app-error.js';
import { unforeseenErrors } from './unforeseen-errors.js';
import { printableJson, redactText } from '../../lib/redact.js';
import type { JsonAnswer, JsonCommand, JsonError } from '../../app/json-shapes.js';

/** Prints what a command answers with `--json`. */
export function printJson<C extends JsonCommand>(context: ProcessContext, answer: JsonAnswer<C>, isOk = true): void {
  write(context, { ok: isOk, ...answer });
}

/** Prints the error that ended a command with `--json`. */
export function printJsonError(context: ProcessContext, error: unknown): void {
  write(context, { ok: false, error: jsonError(error) });
}

/** The fields of an error, without secrets; for an unforeseen one, those of KT001. */
export function jsonError(error: unknown): JsonError {
  const interruption = error instanceof AppError ? undefined : interruptionOf(error);
  if (interruption) return { code: 'interrupted', message: interruption.message };
  const { code, message, state, hint } = error instanceof AppError ? error : appError(unforeseenErrors.bug, undefined);
  return { code, message: redactText(message), state: redactText(state), next: redactText(hint) };
}

function write({ stdout }: ProcessContext, answer: object): void {
  stdout.write(`${printableJson(JSON.stringify(answer, null, 2))}\n`);
}
