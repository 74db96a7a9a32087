#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { systemContext } from './cli/context.js';
import { runCli } from './cli/program.js';

const { context, dispose } = systemContext({ packageFolder: fileURLToPath(new URL('..', import.meta.url)) });
try {
  process.exitCode = await runCli(process.argv.slice(2), context);
} finally {
  dispose();
}
