import module from 'node:module';
import { join } from 'node:path';
import { packageFolder } from './package-folder.js';

/** Node has it from version 22 on; the type declarations are those of Node 20. */
const { enableCompileCache } = module as { enableCompileCache?: (folder: string) => unknown };

/**
 * Caches what V8 compiles of the modules that are loaded after this call, so that the next process starts sooner. The
 * folder is beside the built code and protected like it. If it cannot be written, nothing is cached.
 */
export function useCompileCache(): void {
  enableCompileCache?.(join(packageFolder, 'dist', 'compile-cache'));
}
