import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { LogFile } from './log-file.js';
import { describeError, silentLog, type Log, type LogLevel } from './log.js';
import { printableJson } from './redact.js';
import { redactTrace } from './redact-error.js';
import { createRedactor, type Redactor } from './redactor.js';
import { systemCode } from './system-error.js';

/**
 * Opens the log file: JSON lines, mode 0600, rotated at 5 MiB and after a week; five rotated files are kept for 30
 * days. The redactor goes over the text of every line, so that it also finds a secret in an unexpected field or in
 * the message of a foreign error. This is a module of its own, so that a run that logs nothing does not load pino.
 */
export function openLog(
  folder: string,
  level: LogLevel,
  /** Called once when the log cannot be written. A full disk is no reason to lose a key. */
  onTrouble: (problem: string) => void = () => undefined,
  redactor = createRedactor(),
): Log {
  if (level === 'silent') return silentLog;
  const report = once((error) => onTrouble(`the log in ${folder} cannot be written (${describeTrouble(error)})`));
  try {
    return openFileLog(folder, level, report, redactor);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    report(error);
    return silentLog;
  }
}

function openFileLog(folder: string, level: LogLevel, report: (error: unknown) => void, redactor: Redactor): Log {
  const file = join(folder, 'keyturn.log');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (process.platform !== 'win32') chmodSync(folder, 0o700);
  const destination = new LogFile(file, { onTrouble: report });
  const describe = (error: unknown) => describeRedacted(describeError(error), redactor);
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: describe, cause: describe },
    },
    { write: (line: string) => destination.write(printableJson(redactor.hide(line))) },
  );
}

/** Errors of a browser or a library quote page texts and addresses. */
function describeRedacted(described: unknown, redactor: Redactor): unknown {
  if (typeof described === 'string') return redactTrace(described, redactor);
  if (typeof described !== 'object' || described === null) return described;
  const { name, message, stack, cause, ...rest } = described as Described & Record<string, unknown>;
  const redacted = (text: string) => (name === 'AppError' ? redactor.text(text) : redactTrace(text, redactor));
  return {
    name,
    ...rest,
    message: redacted(message),
    ...(stack === undefined ? {} : { stack: redacted(stack) }),
    ...(cause === undefined ? {} : { cause: describeRedacted(cause, redactor) }),
  };
}

interface Described {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: unknown;
}

const describeTrouble = (error: unknown) => systemCode(error) ?? 'it cannot be opened';

function once(report: (error: unknown) => void): (error: unknown) => void {
  let isReported = false;
  return (error) => {
    if (!isReported) report(error);
    isReported = true;
  };
}
