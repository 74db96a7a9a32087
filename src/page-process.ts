// The process that drives a page for a renewal, which starts it: see page-rung/start-page-process.ts.
import type * as ServePage from './page-rung/serve-page.js';
import { requireBundle } from './require-bundle.js';

requireBundle<typeof ServePage>('serve-page.cjs').servePage();
