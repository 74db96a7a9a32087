import type { ResolvedRequest } from './profile-schema.js';
import { userAgent } from './user-agent.js';

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

export function fillRequest({ method, url, headers, json }: ResolvedRequest, values: Values) {
  const inserted = (_: string, one: unknown) => (typeof one === 'string' ? interpolate(one, values) : one);
  // Without JSON there is no body: of undefined, `stringify` makes undefined.
  const body = JSON.stringify(json, inserted) as string | undefined;
  const filled: Record<string, string> = { 'user-agent': userAgent() };
  if (body !== undefined) filled['content-type'] = 'application/json';
  for (const [name, template] of Object.entries(headers)) {
    // Without line breaks and NUL, no value can start another header.
    const value = interpolate(template, values).replace(/[\r\n\0]/g, '');
    if (value !== '') filled[name] = value;
  }
  return { method, url, headers: filled, body };
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
