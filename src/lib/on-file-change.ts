import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { orUndefined } from './or-undefined.js';

/** A network drive may report nothing, so the handler is called this often, too. */
const atLeastEveryMs = 5000;

/** Calls `handle` after changes of the file, by any process; the result ends that. Keeps no process alive. */
export function onFileChange(path: string, handle: () => void): () => void {
  const timer = setInterval(handle, atLeastEveryMs).unref();
  // The system's limit, or a folder that is gone: the timer goes on.
  const watcher = orUndefined(() =>
    watch(dirname(path), { persistent: false }, (_, name) => (name === basename(path) ? handle() : undefined)),
  );
  watcher?.on('error', () => watcher.close());
  return () => {
    clearInterval(timer);
    watcher?.close();
  };
}
