/**
 * Structural checks of small JSON files. A validation library would cost a run that has nothing to do more time than
 * all the rest of it.
 */
export type Check<T> = (value: unknown, path: string, problems: string[]) => T;

export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: string[] };

/** Runs a check on parsed JSON. Every problem is named by its path, `current.key is not a string`. */
export function checkShape<T>(check: Check<T>, value: unknown): Checked<T> {
  const problems: string[] = [];
  const checked = check(value, '', problems);
  return problems.length === 0 ? { ok: true, value: checked } : { ok: false, problems };
}

/** As {@link checkShape}, from the text of a file. */
export function parseShape<T>(check: Check<T>, text: string): Checked<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problems: [text.trim() === '' ? 'it is empty' : 'it is not JSON, or it is cut off'] };
  }
  return checkShape(check, value);
}

/** Adds a problem; the result is never looked at once there is one. */
function fail<T>(problems: string[], path: string, problem: string): T {
  problems.push(`${path || 'the whole'} ${problem}`);
  return undefined as T;
}

export const aString =
  (rule: (text: string) => string | undefined = () => undefined): Check<string> =>
  (value, path, problems) => {
    if (typeof value !== 'string') return fail(problems, path, 'is not a string');
    const problem = rule(value);
    return problem === undefined ? value : fail(problems, path, problem);
  };

export const someText = aString((text) => (text.trim() === '' ? 'is empty' : undefined));

export const isoTime = aString((text) =>
  /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text)) ? undefined : 'is not an ISO 8601 time',
);

export const aBoolean: Check<boolean> = (value, path, problems) =>
  typeof value === 'boolean' ? value : fail(problems, path, 'is neither true nor false');

export const aNumber: Check<number> = (value, path, problems) =>
  typeof value === 'number' && Number.isFinite(value) ? value : fail(problems, path, 'is not a number');

export const oneOf =
  <const T extends string>(...allowed: readonly T[]): Check<T> =>
  (value, path, problems) =>
    allowed.includes(value as T) ? (value as T) : fail(problems, path, `is not one of ${allowed.join(', ')}`);

/** A file of another version is refused, not guessed at. */
export const version1: Check<1> = (value, path, problems) => {
  if (value === 1) return 1;
  const newer = typeof value === 'number' && value > 1;
  return fail(problems, path, newer ? `is ${value}: a newer keyturn wrote this file` : 'is not 1');
};

export const optional =
  <T>(check: Check<T>): Check<T | undefined> =>
  (value, path, problems) =>
    value === undefined ? undefined : check(value, path, problems);

export const listOf =
  <T>(check: Check<T>): Check<readonly T[]> =>
  (value, path, problems) =>
    Array.isArray(value)
      ? value.map((item, index) => check(item, `${path}[${index}]`, problems))
      : fail(problems, path, 'is not a list');

export const mapOf =
  <T>(check: Check<T>): Check<Readonly<Record<string, T>>> =>
  (value, path, problems) => {
    if (!isPlainObject(value)) return fail(problems, path, 'is not an object');
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, check(item, path ? `${path}.${key}` : key, problems)]),
    );
  };

/**
 * An object with these fields. Unknown fields are kept, so that a file that a later keyturn wrote loses nothing here,
 * or refused where a person writes the file and may have mistyped.
 */
export const anObject =
  <T extends object>(
    fields: { readonly [K in keyof T]-?: Check<T[K]> },
    unknownFields: 'keep' | 'refuse' = 'keep',
  ): Check<T> =>
  (value, path, problems) => {
    if (!isPlainObject(value)) return fail(problems, path, 'is not an object');
    const result: Record<string, unknown> = {};
    const at = (key: string) => (path ? `${path}.${key}` : key);
    for (const [key, item] of Object.entries(value)) {
      if (Object.hasOwn(fields, key)) continue;
      if (unknownFields === 'refuse') problems.push(`${at(key)} is unknown`);
      else if (key !== '__proto__') result[key] = item;
    }
    for (const [key, check] of Object.entries<Check<unknown>>(fields)) {
      const item = Object.hasOwn(value, key) ? value[key] : undefined;
      const before = problems.length;
      const checked = check(item, at(key), problems);
      if (item === undefined && problems.length > before) problems.splice(before, Infinity, `${at(key)} is missing`);
      if (checked !== undefined) result[key] = checked;
    }
    return result as T;
  };

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
