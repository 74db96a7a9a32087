import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageFolder } from '../../src/lib/package-folder.js';

/**
 * The environment that makes a child Node process live `offsetMs` ahead of the machine. Merge it over the child's
 * environment; `nodeOptions` is what NODE_OPTIONS held before, and is kept. Zero gives an empty environment.
 */
export function shiftedClockEnv(
  offsetMs: number,
  nodeOptions = process.env.NODE_OPTIONS ?? '',
): Record<string, string> {
  if (offsetMs === 0) return {};
  // The built module: a child Node cannot load TypeScript.
  const preload = `--import=${pathToFileURL(join(packageFolder, '.setup/simulator/shifted-clock.js')).href}`;
  return {
    NODE_OPTIONS: `${nodeOptions} ${preload}`.trim(),
    KEYTURN_SIMULATED_OFFSET_MS: String(Math.round(offsetMs)),
  };
}
