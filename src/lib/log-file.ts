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

const dayMs = 86_400_000;
const maxAgeMs = 7 * dayMs;
const keptMs = 30 * dayMs;

const defaults = {
  /** A file of this size is rotated, and so is one whose first line is a week old. */
  maxBytes: 5 * 1024 * 1024,
  /** How many rotated files are kept. They are deleted 30 days after their last line. */
  kept: 5,
  /** Epoch milliseconds, from the clock that stamps the lines. */
  now: (): number => Date.now(),
  onTrouble: (_error: unknown): void => undefined,
};

/**
 * Several processes write at once, each line in a single write. Before each line, the writer checks whether the open
 * file is still the one at its path, because another process may have rotated it.
 */
export class LogFile {
  private descriptor: number | undefined;
  private inode: number | undefined;
  private begunAt: number | undefined;

  private readonly options: typeof defaults;

  constructor(
    private readonly path: string,
    options: Partial<typeof defaults> = {},
  ) {
    this.options = { ...defaults, ...options };
    this.open();
    if (this.isFull()) this.rotate();
    this.removeOld();
  }

  /** Never throws: a full disk must not end a renewal because of its log. */
  write(line: string): void {
    try {
      const current = statSync(this.path, { throwIfNoEntry: false });
      if (current?.ino !== this.inode || this.descriptor === undefined) this.open();
      if (this.isFull()) this.rotate();
      if (this.descriptor !== undefined) writeSync(this.descriptor, line);
      this.begunAt ??= this.options.now();
    } catch (error) {
      this.options.onTrouble(error);
    }
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
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
    if (fstatSync(this.descriptor).size >= this.options.maxBytes) return true;
    return this.begunAt !== undefined && this.options.now() - this.begunAt >= maxAgeMs;
  }

  private rotate(): void {
    for (let number = this.options.kept - 1; number >= 1; number -= 1) {
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
    for (const name of readdirSync(folder)) {
      if (!name.startsWith(`${basename(this.path)}.`) || !/\.\d+$/.test(name)) continue;
      try {
        const file = join(folder, name);
        if (this.options.now() - statSync(file).mtimeMs > keptMs) unlinkSync(file);
      } catch {
        // Another process removed it first.
      }
    }
  }
}

/** The time in the first line. Not every file system records when a file was created. */
function timeOfFirstLine(descriptor: number): number | undefined {
  const buffer = Buffer.alloc(256);
  const text = buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, buffer.length, 0));
  const at = Date.parse(/"time":"([^"]+)"/.exec(text)?.[1] ?? '');
  return Number.isNaN(at) ? undefined : at;
}
