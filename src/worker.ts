// The process of one attempt in a browser. The supervisor starts it: see app/start-worker.ts.
import { useCompileCache } from './lib/compile-cache.js';

useCompileCache();
const { serveWorker } = await import('./worker/serve.js');
serveWorker({ isHeaded: process.argv[2] === 'headed' });
