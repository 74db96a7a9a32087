// keyturn's whole story on a simulated console and a simulated Feishu, in a folder of its own.
// Run through `npm run demo` (which builds first).
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { scriptArguments } from './script-arguments.mjs';

const { values } = scriptArguments('demo', {
  options: {
    // Leaves the simulator running after the story, to play with it by hand.
    keep: { type: 'boolean', default: false },
    // Starts only the simulator, without the story.
    'simulator-only': { type: 'boolean', default: false },
    // Starts only the simulator, with a console that has several keys side by side and shows each once.
    'several-keys': { type: 'boolean', default: false },
  },
});

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { runDemo } = await import(pathToFileURL(path.join(root, '.setup/simulator/demo.js')).href);
const isSimulatorOnly = values['simulator-only'] || values['several-keys'];
const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    // A second one ends the process at once.
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
