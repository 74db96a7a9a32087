import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { CodeCache } from './code-cache.js';
import { packageFolder } from './package-folder.js';

/**
 * A program's part of what the build has put together (`scripts/pack.mjs`): CommonJS, so that it runs from kept code.
 * What this run was the first to compile is kept at its end.
 * @param file in `dist/bundle/`
 */
export function requireBundle<T>(file: string): T {
  const dist = join(packageFolder, 'dist');
  const bundle = join(dist, 'bundle');
  const cache = new CodeCache(join(dist, 'code-cache'));
  cache.install((path) => dirname(path) === bundle);
  cache.keepAtExit();
  return createRequire(import.meta.url)(join(bundle, file)) as T;
}
