import type { JsonValue } from './schema.js';

/** The values for `${…}` in a profile's requests and steps. */
export interface Values {
  /** E.g. `baseUrl`, `name`, `key`. An unknown name becomes empty. */
  readonly named: Readonly<Record<string, string | undefined>>;
  /** A cookie's raw value; `${cookie:NAME}` inserts it URL-decoded. */
  readonly cookie?: (name: string) => string | undefined;
}

export function interpolate(text: string, values: Values): string {
  return text.replace(/\$\{(cookie:)?([\w.-]+)\}/g, (_, isCookie: string | undefined, name: string) =>
    isCookie ? decode(values.cookie?.(name) ?? '') : (values.named[name] ?? ''),
  );
}

export function interpolateJson(json: JsonValue, values: Values): JsonValue {
  if (typeof json === 'string') return interpolate(json, values);
  if (Array.isArray(json)) return json.map((one) => interpolateJson(one, values));
  if (typeof json === 'object' && json !== null) {
    return Object.fromEntries(Object.entries(json).map(([key, one]) => [key, interpolateJson(one, values)]));
  }
  return json;
}

/** Removes line breaks and NUL from header values, so that none can start another header. Omits empty headers. */
export function interpolateHeaders(headers: Readonly<Record<string, string>>, values: Values): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, template] of Object.entries(headers)) {
    const value = interpolate(template, values).replace(/[\r\n\0]/g, '');
    if (value !== '') result[name] = value;
  }
  return result;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
