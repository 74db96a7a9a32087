import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { killTree } from '../browser/process-tree.js';
import type { LinePort } from '../worker/line.js';

/** Starts a program of keyturn's own. The last entry of `stdio` is the channel to it. */
export function startOwnProcess(words: readonly string[], options: Pick<SpawnOptions, 'env' | 'cwd' | 'stdio'>) {
  return spawn(process.execPath, words, {
    ...options,
    serialization: 'advanced',
    // Keeps a Ctrl-C at the terminal from the child. This process then ends the child, once.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
}

export const portTo = (child: ChildProcess): LinePort => ({
  send: (message) => {
    if (child.connected) child.send(message, () => undefined);
  },
  onMessage: (handle) => void child.on('message', handle),
  onClosed: (handle) => {
    for (const event of ['error', 'exit', 'disconnect']) child.once(event, handle);
  },
});

/** Gives the process time to end with its browser, then kills both. The result stops that. */
export function killWhenLate(child: ChildProcess, ms: number): () => void {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return () => undefined;
  const timer = setTimeout(() => killTree(pid), ms);
  const stop = () => clearTimeout(timer);
  child.once('exit', stop);
  return stop;
}
