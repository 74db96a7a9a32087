import {
  closeSync,
  fchmodSync,
  fstatSync,
  openSync,
  readSync,
  readdirSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

export interface LogFileOptions {
  /** A file that has this many bytes is put aside. Default 5 MiB. */
  readonly maxBytes?: number;
  /** One that was begun so long ago is put aside too. Default 7 days. */
  readonly maxAgeMs?: number;
  /** How many are kept beside the current one. Default 5. */
  readonly kept?: number;
  /** Older ones are deleted. Default 30 days after their last line. */
  readonly keptMs?: number;
  /** Epoch milliseconds; the lines' own clock. */
  readonly now?: () => number;
  /** Told of each line that could not be written. */
  readonly onTrouble?: (error: unknown) => void;
}

const dayMs = 86_400_000;

/**
 * The log that several processes write at once, each line in one write. Every line looks first whether the file under its
 * name is still the one that is open, so that a watch that runs for months goes on in the new file when a short run has put
 * the old one aside, and puts it aside itself when its time has come.
 */
export class LogFile {
  private descriptor: number | undefined;
  private inode: number | undefined;
  private begunAt: number | undefined;

  constructor(
    private readonly path: string,
    private readonly options: LogFileOptions = {},
  ) {
    this.open();
    if (this.isFull()) this.rotate();
    this.removeOld();
  }

  /** Never throws: a full disk must not end a renewal for the sake of its log. */
  write(line: string): void {
    try {
      const current = statSync(this.path, { throwIfNoEntry: false });
      if (current?.ino !== this.inode || this.descriptor === undefined) this.open();
      if (this.isFull()) this.rotate();
      if (this.descriptor !== undefined) writeSync(this.descriptor, line);
      this.begunAt ??= this.now();
    } catch (error) {
      this.options.onTrouble?.(error);
    }
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }

  private open(): void {
    this.close();
    this.descriptor = openSync(this.path, 'a+', 0o600);
    if (process.platform !== 'win32') fchmodSync(this.descriptor, 0o600);
    this.inode = fstatSync(this.descriptor).ino;
    this.begunAt = timeOfFirstLine(this.descriptor);
  }

  private isFull(): boolean {
    if (this.descriptor === undefined) return false;
    const { maxBytes = 5 * 1024 * 1024, maxAgeMs = 7 * dayMs } = this.options;
    return (
      fstatSync(this.descriptor).size >= maxBytes ||
      (this.begunAt !== undefined && this.now() - this.begunAt >= maxAgeMs)
    );
  }

  private rotate(): void {
    const { kept = 5 } = this.options;
    for (let number = kept - 1; number >= 1; number -= 1) {
      if (statSync(`${this.path}.${number}`, { throwIfNoEntry: false })) {
        renameSync(`${this.path}.${number}`, `${this.path}.${number + 1}`);
      }
    }
    renameSync(this.path, `${this.path}.1`);
    this.open();
    this.removeOld();
  }

  private removeOld(): void {
    const folder = dirname(this.path);
    const { keptMs = 30 * dayMs } = this.options;
    for (const name of readdirSync(folder)) {
      if (!name.startsWith(`${basename(this.path)}.`) || !/\.\d+$/.test(name)) continue;
      try {
        const file = join(folder, name);
        if (this.now() - statSync(file).mtimeMs > keptMs) unlinkSync(file);
      } catch {
        // Another process was quicker.
      }
    }
  }
}

/** When the first line was written, as it says itself: not every file system knows when a file was made. */
function timeOfFirstLine(descriptor: number): number | undefined {
  const buffer = Buffer.alloc(256);
  const text = buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, buffer.length, 0));
  const at = Date.parse(/"time":"([^"]+)"/.exec(text)?.[1] ?? '');
  return Number.isNaN(at) ? undefined : at;
}
