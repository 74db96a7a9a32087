import { createRequire } from 'node:module';

/** `keyturn/0.1.0`: requests say what sends them. */
export function userAgent(): string {
  const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };
  return `keyturn/${version}`;
}
