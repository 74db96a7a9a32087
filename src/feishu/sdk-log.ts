import type { Log } from '../lib/log.js';
import { createRedactor } from '../lib/redactor.js';
import type { SdkLogger } from './sdk.js';

/**
 * A logger for the SDK. The SDK logs whole axios errors, which may contain the app secret, bearer tokens, message bodies
 * and the long connection's ticket. This logger therefore writes strings redacted and reduces an object to its name,
 * code and status. It never writes to stdout, as the SDK's own logger does.
 */
export function sdkLogger(log: Log, secrets: readonly string[]): SdkLogger {
  const text = (parts: unknown[]) =>
    createRedactor(secrets).foreign(
      parts
        .flat(3)
        .map((part) => describe(part))
        .join(' ')
        .replace(/\bwss?:\/\/\S+/g, '(long connection URL)'),
      500,
    );
  // The SDK logs ordinary disconnects as errors. Our own code reports what matters, so these lines only help debugging.
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
