// The process that drives a page for a renewal. The renewal starts it: see app/start-page-process.ts.
import { useCompileCache } from './lib/compile-cache.js';

useCompileCache();
const { servePage } = await import('./worker/serve-page.js');
servePage();
