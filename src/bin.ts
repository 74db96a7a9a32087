#!/usr/bin/env node
import { useCompileCache } from './lib/compile-cache.js';

useCompileCache();
const { main } = await import('./main.js');
await main(process.argv.slice(2));
