import { fileURLToPath, pathToFileURL } from 'node:url';

/** The built module: a child Node cannot load TypeScript, so a caller that runs from source gets the one in `dist`. */
function preloadUrl(): string {
  const here = new URL(import.meta.url);
  return here.pathname.endsWith('.ts')
    ? new URL('../../dist/simulator/shifted-clock.js', here).href
    : new URL('./shifted-clock.js', here).href;
}

/**
 * The environment that makes a child Node process live `offsetMs` ahead of the machine. Merge it over the child's
 * environment; `nodeOptions` is what NODE_OPTIONS held before, and is kept. Zero gives an empty environment.
 */
export function shiftedClockEnv(
  offsetMs: number,
  nodeOptions = process.env.NODE_OPTIONS ?? '',
): Record<string, string> {
  if (offsetMs === 0) return {};
  const preload = `--import=${pathToFileURL(fileURLToPath(preloadUrl())).href}`;
  return {
    NODE_OPTIONS: `${nodeOptions} ${preload}`.trim(),
    KEYTURN_SIMULATED_OFFSET_MS: String(Math.round(offsetMs)),
  };
}
