import type { Log } from '../lib/log.js';
import { createRedactor } from '../lib/redactor.js';
import type { SdkLogger } from './sdk.js';

/**
 * What the SDK logs may hold the app secret, bearer tokens, message bodies and the ticket of the long connection
 * (it logs whole axios errors). So only strings pass, redacted, and objects are named but never shown; and nothing goes
 * to stdout, where the SDK's own logger writes.
 */
export function sdkLogger(log: Log, secrets: () => readonly string[]): SdkLogger {
  const text = (parts: unknown[]) =>
    createRedactor(secrets()).foreign(
      parts
        .flat(3)
        .map((part) => describe(part))
        .join(' ')
        .replace(/\bwss?:\/\/\S+/g, '(long connection URL)'),
      500,
    );
  // The SDK calls many an everyday drop an error; what matters is raised by our own code, so its words are for debugging.
  const write =
    (level: 'debug' | 'warn') =>
    (...parts: unknown[]) =>
      log[level]({ from: 'feishu-sdk' }, text(parts));
  return {
    error: write('warn'),
    warn: write('warn'),
    info: write('debug'),
    debug: () => undefined,
    trace: () => undefined,
  };
}

function describe(part: unknown): string {
  if (typeof part === 'string') return part;
  if (typeof part === 'number' || typeof part === 'boolean') return String(part);
  if (part !== null && typeof part === 'object') {
    const { code, status, name } = part as { code?: unknown; status?: unknown; name?: unknown };
    const facts = [name, code, status].filter((fact) => typeof fact === 'string' || typeof fact === 'number');
    return `(${facts.join(' ') || 'details left out'})`;
  }
  return '';
}
