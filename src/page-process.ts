// The process that drives a page for a renewal. The renewal starts it: see app/start-page-process.ts.
import type * as ServePage from './worker/serve-page.js';
import { requireBundle } from './lib/require-bundle.js';

requireBundle<typeof ServePage>('serve-page.cjs').servePage();
