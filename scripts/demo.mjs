// Shows the whole work of keyturn with a simulated console and a simulated Feishu, in a folder of its own.
// Run it with `npm run demo` (which builds first).
import path from 'node:path';
import { built, root } from './built.mjs';
import { scriptArguments } from './script-arguments.mjs';

const { values } = scriptArguments('demo', {
  options: {
    // Keeps the simulator running after the demo, for trying things by hand.
    keep: { type: 'boolean', default: false },
    // Starts only the simulator, without the demo.
    'simulator-only': { type: 'boolean', default: false },
    // Starts only the simulator, with a console that keeps several keys and shows each key only once.
    'several-keys': { type: 'boolean', default: false },
  },
});

const { runDemo } = await built('tests/simulator/demo.js');
const isSimulatorOnly = values['simulator-only'] || values['several-keys'];
const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    // A second signal ends the process at once.
    if (ending.signal.aborted) process.exit(1);
    ending.abort();
  });
}
const isDone = await runDemo({
  bin: path.join(root, 'dist/bin.js'),
  stdout: process.stdout,
  env: process.env,
  keep: values.keep || isSimulatorOnly,
  story: !isSimulatorOnly,
  consoleKind: values['several-keys'] ? 'several-keys' : 'one-key',
  signal: ending.signal,
});
if (!isDone) process.exitCode = 1;
