#!/usr/bin/env node
import type * as Main from './main.js';
import { requireBundle } from './lib/require-bundle.js';

await requireBundle<typeof Main>('main.cjs').main(process.argv.slice(2));
