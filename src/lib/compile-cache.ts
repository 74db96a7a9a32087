import module from 'node:module';
import { join } from 'node:path';
import { packageFolder } from './package-folder.js';

/** Node has it from version 22 on; the type declarations are those of Node 20. */
const { enableCompileCache } = module as { enableCompileCache?: (folder: string) => unknown };

/** Caches compiled modules beside the built code, protected like it, so that the next process starts sooner. */
export function useCompileCache(): void {
  enableCompileCache?.(join(packageFolder, 'dist', 'compile-cache'));
}
