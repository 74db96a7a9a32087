import type { Rule } from './profile-schema.js';

export interface Observed {
  /** Absent for the text of a rendered page. */
  readonly status?: number;
  readonly text: string;
  readonly json?: unknown;
}

/** Undefined when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch {
    return undefined;
  }
}

export function matchesAny(rules: readonly Rule[], observed: Observed): boolean {
  return rules.some((rule) => matches(rule, observed));
}

function matches(rule: Rule, { status, text, json }: Observed): boolean {
  return (
    (rule.status.length === 0 || (status !== undefined && rule.status.includes(status))) &&
    Object.entries(rule.json ?? {}).every(([path, oneOf]) =>
      oneOf.some((one) => sameValue(one, valueAt(json, path))),
    ) &&
    rule.has.every((path) => (valueAt(json, path) ?? null) !== null) &&
    (rule.text.length === 0 || rule.text.some((one) => (typeof one === 'string' ? text.includes(one) : one.test(text))))
  );
}

/** Consoles write the same code as `"434"` in one answer and as `434` in another. */
function sameValue(expected: string | number | boolean | null, found: unknown): boolean {
  if (expected === null || typeof expected === 'boolean') return found === expected;
  return (typeof found === 'string' || typeof found === 'number') && String(found) === String(expected);
}

/** The value at a dotted path such as `data.apiKey`; undefined when any part of the path is missing. */
export function valueAt(json: unknown, path: string): unknown {
  let value = json;
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}
