/**
 * The command line on a clock that runs at a rate (KEYTURN_FAST_CLOCK), for the soak. What keyturn calls "now" runs fast,
 * and so do its waits for a time of day; the network, the locks' heartbeats and everything else keep the machine's time.
 */
import { dirname } from 'node:path';
import { systemContext } from '../../src/app/process-context.js';
import { runCli } from '../../src/cli/program.js';
import { fastNow, hurryWallClockWaits, readFastClock } from './fast-clock.js';

const clock = readFastClock(process.env);
if (!clock) throw new Error('KEYTURN_FAST_CLOCK must be "START RATE"');
hurryWallClockWaits(clock.rate);
// This module is loaded by a stand-in for `dist/bin.js`, and the processes that `watch` starts are to be started by it too.
const packageFolder = dirname(dirname(process.argv[1] ?? ''));
const { context, dispose } = systemContext({ packageFolder });
try {
  process.exitCode = await runCli(process.argv.slice(2), { ...context, now: () => fastNow(clock) });
} finally {
  dispose();
}
