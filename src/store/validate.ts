/**
 * A validator for small JSON files. A validation library would take more time than all the rest of a run that has
 * nothing to do.
 */
export type Schema<T> = (value: unknown, path: string, problems: string[]) => T;

export type Validated<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: string[] };

/** Validates parsed JSON. Every problem starts with its path: `current.key is not a string`. */
export function validate<T>(schema: Schema<T>, value: unknown): Validated<T> {
  const problems: string[] = [];
  const validated = schema(value, '', problems);
  return problems.length === 0 ? { ok: true, value: validated } : { ok: false, problems };
}

/** Parses and validates the text of a file. */
export function parseJson<T>(schema: Schema<T>, text: string): Validated<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problems: [text.trim() === '' ? 'it is empty' : 'it is not JSON, or it is cut off'] };
  }
  return validate(schema, value);
}

/** Adds a problem. The returned value is never used, since validation has failed. */
function fail<T>(problems: string[], path: string, problem: string): T {
  problems.push(`${path || 'the whole'} ${problem}`);
  return undefined as T;
}

export const string =
  (rule: (text: string) => string | undefined = () => undefined): Schema<string> =>
  (value, path, problems) => {
    if (typeof value !== 'string') return fail(problems, path, 'is not a string');
    const problem = rule(value);
    return problem === undefined ? value : fail(problems, path, problem);
  };

export const nonEmptyString = string((text) => (text.trim() === '' ? 'is empty' : undefined));

export const isoTime = string((text) =>
  /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text)) ? undefined : 'is not an ISO 8601 time',
);

export const boolean: Schema<boolean> = (value, path, problems) =>
  typeof value === 'boolean' ? value : fail(problems, path, 'is neither true nor false');

export const number: Schema<number> = (value, path, problems) =>
  typeof value === 'number' && Number.isFinite(value) ? value : fail(problems, path, 'is not a number');

export const oneOf =
  <const T extends string>(...allowed: readonly T[]): Schema<T> =>
  (value, path, problems) =>
    allowed.includes(value as T) ? (value as T) : fail(problems, path, `is not one of ${allowed.join(', ')}`);

/** Rejects a file of any other version. */
export const version1: Schema<1> = (value, path, problems) => {
  if (value === 1) return 1;
  const newer = typeof value === 'number' && value > 1;
  return fail(problems, path, newer ? `is ${value}: a newer keyturn wrote this file` : 'is not 1');
};

export const optional =
  <T>(schema: Schema<T>): Schema<T | undefined> =>
  (value, path, problems) =>
    value === undefined ? undefined : schema(value, path, problems);

export const listOf =
  <T>(schema: Schema<T>): Schema<readonly T[]> =>
  (value, path, problems) =>
    Array.isArray(value)
      ? value.map((item, index) => schema(item, `${path}[${index}]`, problems))
      : fail(problems, path, 'is not a list');

export const mapOf =
  <T>(schema: Schema<T>): Schema<Readonly<Record<string, T>>> =>
  (value, path, problems) => {
    if (!isPlainObject(value)) return fail(problems, path, 'is not an object');
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, schema(item, path ? `${path}.${key}` : key, problems)]),
    );
  };

/**
 * An object with these fields. Unknown fields are kept, so that a file from a later keyturn loses nothing. Use `refuse`
 * for files that a person writes and may mistype.
 */
export const object =
  <T extends object>(
    fields: { readonly [K in keyof T]-?: Schema<T[K]> },
    unknownFields: 'keep' | 'refuse' = 'keep',
  ): Schema<T> =>
  (value, path, problems) => {
    if (!isPlainObject(value)) return fail(problems, path, 'is not an object');
    const result: Record<string, unknown> = {};
    const at = (key: string) => (path ? `${path}.${key}` : key);
    for (const [key, item] of Object.entries(value)) {
      if (Object.hasOwn(fields, key)) continue;
      if (unknownFields === 'refuse') problems.push(`${at(key)} is unknown`);
      else if (key !== '__proto__') result[key] = item;
    }
    for (const [key, schema] of Object.entries<Schema<unknown>>(fields)) {
      const item = Object.hasOwn(value, key) ? value[key] : undefined;
      const before = problems.length;
      const validated = schema(item, at(key), problems);
      if (item === undefined && problems.length > before) problems.splice(before, Infinity, `${at(key)} is missing`);
      if (validated !== undefined) result[key] = validated;
    }
    return result as T;
  };

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
