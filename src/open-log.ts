import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { LogFile } from './log-file.js';
import { describeError, silentLog, type Log, type LogLevel } from './log.js';
import { redactText } from './redact.js';
import { systemCode } from './store/system-error.js';

/**
 * Opens the log file (JSON lines, 0600; put aside at 5 MiB and after a week, five older ones kept for 30 days). Every line
 * passes the redactor as text: a secret in an unforeseen field or in a foreign error's message is caught as well. A
 * module of its own, so that a run with nothing to log does not pay for pino.
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
