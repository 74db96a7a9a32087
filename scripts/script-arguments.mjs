// Shared by the npm scripts that take arguments. `npm run NAME -- --help` prints them; a wrong argument ends the
// script with exit code 2.
import { parseArgs } from 'node:util';

/**
 * Reads the command line. `options` are those of parseArgs; `words` names the arguments without a dash, e.g.
 * `[DIR...]`. Returns `{ values, positionals }`. Ends the process for `--help` and for unknown arguments.
 */
export function scriptArguments(script, { options = {}, words = '' }) {
  const shown = Object.entries(options).map(([name, { type, default: usual }]) =>
    type === 'string' ? `[--${name} ${usual}]` : `[--${name}]`,
  );
  const usage = `Usage: npm run ${[script, '--', ...shown, words].join(' ').trim()}\n`;
  try {
    const help = { type: 'boolean', default: false };
    const parsed = parseArgs({ options: { ...options, help }, allowPositionals: words !== '' });
    if (!parsed.values.help) return parsed;
    process.stdout.write(usage);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${error.message}\n${usage}`);
    process.exit(2);
  }
}
