import { appendFileSync, renameSync, statSync } from 'node:fs';

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

  /** Never throws: a full disk must not end a renewal because of its log. */
  write(line: string): void {
    try {
      const size = statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
      if (size >= this.fullBytes) renameSync(this.path, `${this.path}.1`);
      appendFileSync(this.path, line, { mode: 0o600 });
    } catch (error) {
      this.onTrouble(error);
    }
  }
}
