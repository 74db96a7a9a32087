import type { Command } from 'commander';

/** The words before and after `--`, which commander drops; the raw arguments say where it stood. */
export function splitAtDashes(words: readonly string[], command: Command) {
  let root = command;
  while (root.parent) root = root.parent;
  const raw = (root as Command & { rawArgs: string[] }).rawArgs;
  const dashes = raw.indexOf('--');
  const after = dashes < 0 ? [] : raw.slice(dashes + 1);
  return { before: words.slice(0, words.length - after.length), after };
}
