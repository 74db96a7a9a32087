import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** A network drive may report nothing, so the handler is called this often, too. */
const atLeastEveryMs = 5000;

/** Calls `handle` after changes of the file, by any process; the result ends that. Keeps no process alive. */
export function onFileChange(path: string, handle: () => void): () => void {
  const timer = setInterval(handle, atLeastEveryMs).unref();
  const end = () => clearInterval(timer);
  try {
    const watcher = watch(dirname(path), { persistent: false }, (_, name) => {
      if (name === basename(path)) handle();
    });
    // The system's limit, or a folder that is gone: the timer goes on.
    watcher.on('error', () => watcher.close());
    return () => {
      end();
      watcher.close();
    };
  } catch {
    return end;
  }
}
