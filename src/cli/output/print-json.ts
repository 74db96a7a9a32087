import { interruptionOf, type ProcessContext } from '../../app/process-context.js';
import { AppError, appError } from '../../lib/app-error.js';
import { unforeseenErrors } from './unforeseen-errors.js';
import { printableJson, redactText } from '../../lib/redact.js';
import type { Text } from '../../messages/text.js';
import type { JsonAnswer, JsonCommand, JsonError } from '../../app/json-shapes.js';

/** What is printed as `T`: a text may be there in every language, and an error as it was thrown. */
type Printed<T> = T extends JsonError
  ? unknown
  : T extends string
    ? T | Text
    : T extends object
      ? { readonly [K in keyof T]: Printed<T[K]> }
      : T;

/** Prints what a command answers with `--json`, in English. */
export function printJson<C extends JsonCommand>(
  { stdout }: ProcessContext,
  answer: Printed<JsonAnswer<C>>,
  isOk = true,
): void {
  stdout.write(`${printableJson(JSON.stringify({ ok: isOk, ...(answer as object) }, inEnglish, 2))}\n`);
}

/** Prints the error that ended a command with `--json`. */
export function printJsonError({ stdout }: ProcessContext, error: unknown): void {
  stdout.write(`${printableJson(JSON.stringify({ ok: false, error: jsonError(error) }, null, 2))}\n`);
}

function inEnglish(_key: string, value: unknown): unknown {
  if (value instanceof Error) return jsonError(value);
  return typeof value === 'object' && value !== null && 'en' in value && 'zh' in value ? value.en : value;
}

/** The fields of an error, without secrets; for an unforeseen one, those of KT001. */
function jsonError(error: unknown): JsonError {
  const interruption = error instanceof AppError ? undefined : interruptionOf(error);
  if (interruption) return { code: 'interrupted', message: interruption.message };
  const { code, message, state, hint } = error instanceof AppError ? error : appError(unforeseenErrors.bug, undefined);
  return { code, message: redactText(message), state: redactText(state), next: redactText(hint) };
}
