import { watch, type FSWatcher } from 'node:fs';

/** Files whose change may mean that there is something to do. */
const telling = /^(?:account|key|question|rotation)\.json$/;
/** It appears and goes with a run; between these it only beats. */
const lockName = 'run.lock';
/** A record is written in several steps. */
const settleMs = 150;
const newAccountMs = 1000;

/**
 * Notices at once what another process writes about the accounts. Only a help: where the system cannot watch folders
 * (network drives, too many watches) the minute's look finds the same a little later.
 */
export class FolderWatch {
  private readonly watchers = new Map<string, FSWatcher>();
  private timer: NodeJS.Timeout | undefined;

  /** @param root where accounts come and go */
  constructor(
    private readonly root: string,
    private readonly onChange: () => void,
  ) {}

  /** Watches exactly these folders, and the root, from now on. */
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
          // A new account's folder is there before its first file.
          if (folder === this.root) this.soon(newAccountMs);
          else if (name === null || telling.test(name) || (name === lockName && event === 'rename')) this.soon();
        });
        watcher.on('error', () => {
          watcher.close();
          this.watchers.delete(folder);
        });
        this.watchers.set(folder, watcher);
      } catch {
        // The minute's look does it.
      }
    }
  }

  private soon(afterMs = settleMs): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.onChange, afterMs);
  }
}
