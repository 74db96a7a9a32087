import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageFolder } from '../../src/lib/package-folder.js';

/**
 * Returns environment variables that set the clock of a child Node process `offsetMs` ahead of the machine. Merge them
 * over the child's environment. The options in `nodeOptions` are kept. If `offsetMs` is 0, the result is empty.
 */
export function shiftedClockEnv(
  offsetMs: number,
  nodeOptions = process.env.NODE_OPTIONS ?? '',
): Record<string, string> {
  if (offsetMs === 0) return {};
  // Load the built module: the child process cannot load TypeScript.
  const preload = `--import=${pathToFileURL(join(packageFolder, '.setup/modules/tests/simulator/shifted-clock.js')).href}`;
  return {
    NODE_OPTIONS: `${nodeOptions} ${preload}`.trim(),
    KEYTURN_SIMULATED_OFFSET_MS: String(Math.round(offsetMs)),
  };
}
