/**
 * The command line with a fast clock (KEYTURN_FAST_CLOCK), for the soak test. The program is the same as `dist/bin.js`
 * except for the clock. The processes that it starts use that clock too.
 */
import { fileURLToPath } from 'node:url';
import { systemContext } from '../../src/app/process-context.js';
import { runCli } from '../../src/cli/program.js';
import { packageFolder } from '../../src/lib/package-folder.js';
import { fastClock, readFastClock } from './fast-clock.js';

const clock = readFastClock(process.env);
if (!clock) throw new Error('KEYTURN_FAST_CLOCK must be "START RATE"');
const { context, dispose } = systemContext({
  packageFolder,
  entry: fileURLToPath(import.meta.url),
  clock: fastClock(clock),
});
try {
  process.exitCode = await runCli(process.argv.slice(2), context);
} finally {
  dispose();
}
