import { watch, type FSWatcher } from 'node:fs';

/** Files whose change may mean work for the watch. */
const relevantFile = /^(?:account|key|question|rotation)\.json$/;
/** Created and removed with each run. Other events are only its heartbeat. */
const lockName = 'run.lock';
/** How long to wait for further events, because a record is written in several steps. */
const settleMs = 150;
const newAccountMs = 1000;

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
    this.watchAll([this.root, ...accountFolders]);
  }

  close(): void {
    clearTimeout(this.timer);
    this.watchAll([]);
  }

  private watchAll(folders: readonly string[]): void {
    for (const [folder, watcher] of this.watchers) {
      if (folders.includes(folder)) continue;
      watcher.close();
      this.watchers.delete(folder);
    }
    for (const folder of folders) {
      if (this.watchers.has(folder)) continue;
      try {
        const watcher = watch(folder, { persistent: false }, (event, name) => {
          // The folder of a new account appears before its first file.
          if (folder === this.root) this.soon(newAccountMs);
          else if (name === null || relevantFile.test(name) || (name === lockName && event === 'rename')) this.soon();
        });
        watcher.on('error', () => {
          watcher.close();
          this.watchers.delete(folder);
        });
        this.watchers.set(folder, watcher);
      } catch {
        // This folder cannot be watched. The check once a minute covers it.
      }
    }
  }

  private soon(afterMs = settleMs): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.onChange, afterMs);
  }
}
