import { toDotPath } from 'zod/v4/core';
import * as z from 'zod/mini';
import { same, type Text } from '../messages/text.js';

/** What is wrong with a value, and where: a message such as `is not a string`. Never quotes the value. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

export type Checked<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly Problem[] };

/** Validates a value and lists every problem: one for each unknown key; for a union, those of the intended branch. */
export function check<T>(schema: z.ZodMiniType<T>, value: unknown): Checked<T> {
  const result = schema.safeParse(value, { error: describe, reportInput: true });
  return result.success
    ? { ok: true, value: result.data }
    : { ok: false, problems: result.error.issues.flatMap((issue) => problemsOf(issue, [])) };
}

/** For example `page.create[1].click.text`; empty for the whole value. */
export const showPath = (path: readonly PropertyKey[]): string => toDotPath([...path]);

export const textThat = (rule: (text: string) => string | undefined) =>
  z.string().check(
    z.superRefine((text, context) => {
      const message = rule(text);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    }),
  );

export const nonEmptyString = textThat((text) => (text.trim() === '' ? 'is empty' : undefined));

export const isoTime = textThat((text) =>
  /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text)) ? undefined : 'is not an ISO 8601 time',
);

/** Rejects a file of any other version. */
export const version1 = z.literal(1, {
  error: ({ input }) => (Number(input) > 1 ? `is ${Number(input)}: a newer keyturn wrote this file` : 'is not 1'),
});

/** An object that keeps unknown fields, so that a file from a later keyturn loses nothing. The type leaves them out. */
export const stored = <const Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.looseObject(shape) as unknown as z.ZodMiniObject<Shape, z.core.$strip>;

/** A text in every language. A plain string, as version 0.1.0 wrote it, is the same text in both. */
export const storedText = z.union([
  stored({ en: z.string(), zh: z.string() }),
  z.pipe(
    z.string(),
    z.transform((text): Text => same(text)),
  ),
]);

const kinds: Readonly<Record<string, string>> = {
  string: 'is not a string',
  number: 'is not a number',
  boolean: 'is neither true nor false',
  int: 'is not a whole number',
  array: 'is not a list',
  object: 'is not an object',
  record: 'is not an object',
};

/** The message of an issue whose schema has none of its own. */
function describe(issue: z.core.$ZodRawIssue): string {
  if (issue.code === 'invalid_type') return kinds[issue.expected] ?? `is not ${issue.expected}`;
  if (issue.code === 'invalid_value') return `is not one of ${issue.values.join(', ')}`;
  if (issue.code === 'too_small') return issue.origin === 'number' ? `is less than ${issue.minimum}` : 'is empty';
  if (issue.code === 'too_big')
    return issue.origin === 'number' ? `is more than ${issue.maximum}` : `is longer than ${issue.maximum}`;
  if (issue.code !== 'invalid_union') return 'is not valid';
  return Array.isArray(issue.options) ? `is not one of ${issue.options.join(', ')}` : 'is not of a kind that fits here';
}

function problemsOf(issue: z.core.$ZodIssue, outer: readonly PropertyKey[]): readonly Problem[] {
  const path = [...outer, ...issue.path];
  if (issue.input === undefined) return [{ path, message: 'is missing' }];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: 'is unknown' }));
  }
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => ({ path, message }));
  const branch = issue.code === 'invalid_union' ? intendedBranch(issue.errors) : undefined;
  return branch ? branch.flatMap((inner) => problemsOf(inner, path)) : [{ path, message: issue.message }];
}

type Issues = readonly z.core.$ZodIssue[];

/** The only branch whose outer shape fits, so the mistake is inside it; undefined when none or several fit. */
function intendedBranch(branches: readonly Issues[]): Issues | undefined {
  const fitting = branches.filter((issues) => !issues.some(isAboutOuterShape));
  return fitting.length === 1 ? fitting[0] : undefined;
}

function isAboutOuterShape(issue: z.core.$ZodIssue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_union') return intendedBranch(issue.errors) === undefined;
  return issue.code === 'invalid_type' || issue.code === 'unrecognized_keys';
}
