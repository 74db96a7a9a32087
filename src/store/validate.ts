import type * as z from 'zod/mini';
import { orUndefined } from '../lib/or-undefined.js';
import { check, showPath } from '../lib/schema.js';

export type Schema<T> = z.ZodMiniType<T>;

export type Validated<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly string[] };

/** Validates parsed JSON. Every problem starts with its path: `current.key is not a string`. */
export function validate<T>(schema: Schema<T>, value: unknown): Validated<T> {
  const checked = check(schema, value);
  if (checked.ok) return checked;
  return {
    ok: false,
    problems: checked.problems.map((each) => `${showPath(each.path) || 'the whole'} ${each.message}`),
  };
}

export function parseJson<T>(schema: Schema<T>, text: string): Validated<T> {
  const value = orUndefined((): unknown => JSON.parse(text));
  if (value !== undefined) return validate(schema, value);
  return { ok: false, problems: [text.trim() === '' ? 'it is empty' : 'it is not JSON, or it is cut off'] };
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
