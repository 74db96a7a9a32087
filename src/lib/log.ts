/** The redacted log of a run. As in pino, the fields come first, then one plain sentence. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(bindings: object): Log;
}

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
};

/** Name, code, message and stack of an error and of its causes; never its other fields, which may hold requests. */
export function describeError(error: unknown, redact: (text: string, name?: string) => string): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? redact(error) : typeof error;
  const code = (error as { code?: unknown }).code;
  return {
    name: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    message: redact(error.message, error.name),
    stack: error.stack && redact(error.stack, error.name),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause, redact) }),
  };
}
