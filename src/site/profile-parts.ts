import * as z from 'zod/mini';
import { parseDuration } from '../lib/duration.js';
import { LinearPattern } from '../lib/linear-pattern.js';
import { orUndefined } from '../lib/or-undefined.js';

export type TextMatcher = string | RegExp;

/** Compiles `/…/flags`; other values are literal. Undefined when the expression is malformed. */
function compileText<T>(value: string, compile: (source: string, flags: string) => T): T | string | undefined {
  const parts = /^\/(.+)\/([a-z]*)$/s.exec(value);
  if (!parts) return value;
  return orUndefined(() => compile(parts[1]!, parts[2]!.replace(/[gy]/g, '')));
}

/** The pattern of a whole key: keyturn sets its borders, so a `^` or `$` in it says nothing more. */
function wholeKey(source: string): LinearPattern {
  const literals = /\\[^]|\[(?:\\[^]|[^\]\\])*\]/g;
  const bare = source.replace(new RegExp(`${literals.source}|[$^]`, 'g'), (part) => (/^[$^]$/.test(part) ? '' : part));
  return new LinearPattern(bare.replace(literals, '').includes('|') ? `^(?:${bare})$` : `^${bare}$`);
}

/** A check that needs every part resolved: it does not run beside another problem. */
export const whenResolved: z.core.$ZodSuperRefineParams = {
  when: ({ issues }) => issues.every(({ code }) => code === 'unrecognized_keys'),
};

export const text = z.string().check(z.trim(), z.minLength(1), z.maxLength(500));
/** `/path` on the base URL, or an absolute http(s) address. */
export const address = text.check(
  z.refine(
    (value) => /^\/(?!\/)/.test(value) || (/^https?:\/\//.test(value) && URL.canParse(value)),
    'must be a path that begins with / or a whole http(s) address',
  ),
);
/** One item or a list of them. */
export const many = <S extends z.ZodMiniType>(item: S) =>
  z.pipe(
    z.union([item, z.array(item).check(z.minLength(1), z.maxLength(50))]),
    z.transform((value): readonly z.output<S>[] => [value].flat() as z.output<S>[]),
  );

/** As {@link many}; an absent one is empty. */
export const some = <S extends z.ZodMiniType>(item: S) => z._default(many(item), []);

/** A text that `parse` understands: it returns undefined for any other. */
const parsed = <T>(parse: (value: string) => T | undefined, problem: string) =>
  z.pipe(
    text.check(z.refine((value) => parse(value) !== undefined, problem)),
    z.transform((value) => parse(value)!),
  );

const notRegular = 'is not a valid regular expression';
/** A literal text that must be equal, or a regular expression such as `/…/i` that Playwright matches in the page. */
const textMatcher = parsed((value) => compileText(value, (...parts) => new RegExp(...parts)), notRegular);
/** A literal text, or a regular expression that keyturn matches itself. */
export const textPattern = parsed((value) => compileText(value, (...parts) => new LinearPattern(...parts)), notRegular);
export const keyPattern = parsed((value) => orUndefined(() => wholeKey(value)), notRegular);
export const duration = parsed(parseDuration, 'must be a duration such as 90s, 15m, 84h or 7d');

/** Checks that a part names at least one of its words. */
export const isNotEmpty = (problem: string) =>
  z.refine<object>((value) => Object.values(value).some(isFilled), { error: problem, ...whenResolved });

export const isFilled = (value: unknown): boolean => Object.keys(value ?? {}).length > 0;

type Named =
  | { readonly role: string; readonly name: readonly TextMatcher[] }
  | { readonly label: readonly TextMatcher[] }
  | { readonly testId: string }
  | { readonly text: readonly TextMatcher[] }
  | { readonly css: string };
/** An element of the page. */
export type Target = Named & {
  readonly hasText?: readonly TextMatcher[] | undefined;
  /** From 1, or from -1 for the last. */
  readonly nth?: number | undefined;
  readonly in?: Target | undefined;
};

export function isSameTarget(one: Target, other: Target): boolean {
  const written = (target: Target) =>
    JSON.stringify(target, (_, value: unknown) => (value instanceof RegExp ? String(value) : value));
  return written(one) === written(other);
}

/** Every kind of target, each with these further words. */
const targetWith = <const Further extends z.core.$ZodLooseShape>(further: Further) =>
  z.union(
    [
      z.pipe(
        textMatcher,
        z.transform((matcher): Target => ({ text: [matcher] })),
      ),
      z.strictObject({ role: text, name: some(textMatcher), ...further }),
      z.strictObject({ label: many(textMatcher), ...further }),
      z.strictObject({ testId: text, ...further }),
      z.strictObject({ text: many(textMatcher), ...further }),
      z.strictObject({ css: text, ...further }),
    ],
    'must be a text, or one of { role, name }, { label }, { testId }, { text }, { css }',
  );

const narrowing = {
  hasText: z.optional(many(textMatcher)),
  nth: z.optional(z.int().check(z.refine((value) => value !== 0, 'counts from 1; -1 is the last'))),
};
const outer = targetWith({ ...narrowing, in: z.optional(targetWith(narrowing)) });
export const target: z.ZodMiniType<Target> = targetWith({ ...narrowing, in: z.optional(outer) });
