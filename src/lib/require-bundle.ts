import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { CodeCache } from './code-cache.js';
import { packageFolder } from './package-folder.js';

/**
 * Loads one program from the bundle that the build has made (`scripts/pack.mjs`). The bundle is CommonJS, so that
 * it can run from the code cache. Code that this run compiles first is saved when it ends.
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
