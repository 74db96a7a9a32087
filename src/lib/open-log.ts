import { appendFileSync, constants, fchmodSync, lstatSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { describeError, silentLog, type Log, type LogLevel } from './log.js';
import { withOpenFile } from './private-files.js';
import { printableJson } from './redact.js';
import { redactTrace } from './redact-error.js';
import { createRedactor } from './redactor.js';
import { systemCode } from './system-error.js';

/**
 * JSON lines, mode 0600. The redactor goes over the text of every line, so that it also finds a secret in an unexpected
 * field. This is a module of its own, so that a run that logs nothing does not load pino.
 */
export function openLog(
  folder: string,
  level: LogLevel,
  /** Called once when the log cannot be written. A full disk is no reason to lose a key. */
  onTrouble: (problem: string) => void = () => undefined,
  redactor = createRedactor(),
): Log {
  if (level === 'silent') return silentLog;
  let isReported = false;
  const report = (error: unknown) => {
    if (!isReported)
      onTrouble(`the log in ${folder} cannot be written (${systemCode(error) ?? 'it cannot be opened'})`);
    isReported = true;
  };
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Fails where the folder is a link.
    const folderOnly = constants.O_RDONLY | constants.O_DIRECTORY;
    if (process.platform !== 'win32') withOpenFile(folder, folderOnly, (descriptor) => fchmodSync(descriptor, 0o700));
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    report(error);
    return silentLog;
  }
  const file = new LogFile(join(folder, 'keyturn.log'), report);
  // Errors of a browser or a library quote page texts and addresses.
  const redact = (text: string, name?: string) =>
    name === 'AppError' ? redactor.text(text) : redactTrace(text, redactor);
  const describe = (error: unknown) => describeError(error, redact);
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: describe, cause: describe },
    },
    { write: (line: string) => file.write(printableJson(redactor.hide(line))) },
  );
}

const appendFlags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT;

/**
 * A log that several processes write at once, each line in a single write. A file that is full becomes `<path>.1`, in
 * place of the one before.
 */
export class LogFile {
  constructor(
    private readonly path: string,
    private readonly onTrouble: (error: unknown) => void = () => undefined,
    private readonly fullBytes = 10 * 1024 * 1024,
  ) {}

  /** Follows no link. Never throws: a full disk must not end a renewal because of its log. */
  write(line: string): void {
    try {
      const size = lstatSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
      if (size >= this.fullBytes) renameSync(this.path, `${this.path}.1`);
      withOpenFile(this.path, appendFlags, (descriptor) => appendFileSync(descriptor, line));
    } catch (error) {
      this.onTrouble(error);
    }
  }
}
