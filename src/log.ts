import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import type * as Pino from 'pino';
import { LogFile } from './log-file.js';
import { redactText } from './redact.js';
import { systemCode } from './store/system-error.js';

/** The redacted record of a run: fields first, then one plain sentence, as pino has it. */
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

/**
 * Opens the log file (JSON lines, 0600; put aside at 5 MiB and after a week, five older ones kept for 30 days). pino is
 * loaded here, so that a run with nothing to log does not pay for it. Every line passes the redactor as text: a secret in
 * an unforeseen field or in a foreign error's message is caught as well.
 */
export function openLog(
  folder: string,
  level: LogLevel,
  /** Told once when the log cannot be written: a full disk under the log is no reason to lose a key. */
  onTrouble: (problem: string) => void = () => undefined,
): Log {
  if (level === 'silent') return silentLog;
  const tell = once((error) => onTrouble(`the log in ${folder} cannot be written (${describeTrouble(error)})`));
  try {
    return openFileLog(folder, level, tell);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    tell(error);
    return silentLog;
  }
}

function openFileLog(folder: string, level: LogLevel, tell: (error: unknown) => void): Log {
  const file = join(folder, 'keyturn.log');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (process.platform !== 'win32') chmodSync(folder, 0o700);
  const destination = new LogFile(file, { onTrouble: tell });
  const { pino } = createRequire(import.meta.url)('pino') as typeof Pino;
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: describeError, cause: describeError },
    },
    { write: (line: string) => destination.write(redactText(line)) },
  );
}

const describeTrouble = (error: unknown) => systemCode(error) ?? 'it cannot be opened';

function once(tell: (error: unknown) => void): (error: unknown) => void {
  let isTold = false;
  return (error) => {
    if (!isTold) tell(error);
    isTold = true;
  };
}

/** Name, code, message and stack of an error and of its causes; never its other fields, which may hold requests. */
export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : typeof error;
  const code = (error as { code?: unknown }).code;
  return {
    name: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    message: error.message,
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
