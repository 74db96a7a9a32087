import { watch, type FSWatcher } from 'node:fs';

/** How long to wait for further events: a record is written in several steps, a new account's folder before its files. */
const settleMs = 500;

/** Only an optimisation: where folders cannot be watched (network drives), the check once a minute finds the same. */
export class FolderWatch {
  private readonly watchers = new Map<string, FSWatcher>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly root: string,
    private readonly onChange: () => void,
  ) {}

  /** Replaces the watched folders with these and the root. */
  set(accountFolders: readonly string[]): void {
    const folders = [this.root, ...accountFolders];
    for (const folder of this.watchers.keys()) if (!folders.includes(folder)) this.leave(folder);
    for (const folder of folders) if (!this.watchers.has(folder)) this.enter(folder);
  }

  close(): void {
    clearTimeout(this.timer);
    for (const folder of this.watchers.keys()) this.leave(folder);
  }

  private enter(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, (event) => {
        // Records and locks come and go by a rename; anything else is a lock's heartbeat or a line of the history.
        if (event !== 'rename') return;
        clearTimeout(this.timer);
        this.timer = setTimeout(this.onChange, settleMs);
      });
      this.watchers.set(
        folder,
        watcher.on('error', () => this.leave(folder)),
      );
    } catch {
      // This folder cannot be watched. The check once a minute covers it.
    }
  }

  private leave(folder: string): void {
    this.watchers.get(folder)?.close();
    this.watchers.delete(folder);
  }
}
