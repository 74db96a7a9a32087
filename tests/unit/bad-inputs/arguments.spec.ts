import { test } from '@playwright/test';
import fc from 'fast-check';
import { systemClock } from '../../../src/lib/clock.js';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { ProcessContext } from '../../../src/app/process-context.js';
import { runCli } from '../../../src/cli/program.js';
import { overInputs, plantedText } from '../../support/malformed.js';

const packageFolder = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Without the commands that keep running (watch), examine this machine (doctor) or are called by the shell (complete).
 */
const commands = [
  ['login'],
  ['refresh'],
  ['unblock'],
  ['status'],
  ['key'],
  ['exec'],
  ['account'],
  ['account', 'add'],
  ['account', 'import'],
  ['account', 'list'],
  ['account', 'remove'],
  ['account', 'enable'],
  ['notify', 'test'],
  ['history'],
  ['config'],
  ['config', 'set'],
  ['config', 'get'],
  ['config', 'unset'],
  ['logout'],
  [],
] as const;
const word = fc.oneof(
  fc.constantFrom(
    ...['', '-', '--', '-x', '--json', '--wait', '--wait=', '--yes', '-y', '--site', '--base-url', '--proxy', '--method'],
    ...['--method=odd', '--limit', '-n', '--name', '--force', '--dry-run', '--help', '--version', '99999999999999999999'],
    ...['-1', '1e999', 'NaN', '0s', '9999999d', 'work', 'WORK', '../..', '/etc/passwd', 'a/b', 'con', '__proto__', 'constructor'],
    ...['feishu.appSecret', 'handoff.wait', '__proto__.x', 'http://[::1', 'http://u:p@h', 'javascript:x', 'socks5://', 'KT602'],
    ...['\u0000', '\u001b[31m', '\n', '💥', '\ud800', 'x'.repeat(10_000)],
  ),
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 30 }),
); // prettier-ignore
const argv = fc
  .tuple(fc.constantFrom(...commands), fc.array(word, { maxLength: 5 }))
  .map(([command, words]) => [...command, ...words] as string[])
  // The random words may name one of the commands that are left out.
  .filter((words) => words[0] !== 'watch' && words[0] !== 'doctor' && words[0] !== 'complete');

test('any command line ends with an answer or an error of the catalogue', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-arguments-'));
  const foreign = join(folder, 'foreign.txt');
  await writeFile(foreign, 'mine', { mode: 0o600 });
  try {
    await overInputs('command lines', 60, argv, async (words) => {
      const home = await mkdtemp(join(folder, 'home-'));
      const settings = JSON.stringify({ feishu: { appSecret: plantedText } });
      await writeFile(join(home, 'settings.json'), settings, { mode: 0o600 });
      const { context, output } = captured(home, folder);
      const exitCode = await runCli(words, context);
      const shown = output();
      // `config get feishu.appSecret` shows the secret on purpose.
      const isAskedFor = words[0] === 'config' && words[1] === 'get' && words.includes('feishu.appSecret');
      if (shown.includes(plantedText) && !isAskedFor) throw new Error(`shows the secret: ${shown}`);
      if (/\[KT001\]|\n\s+at .+:\d+:\d+/.test(shown)) throw new Error(`crashes: ${shown}`);
      if (![0, 1, 2, 3].includes(exitCode)) throw new Error(`exit code ${exitCode}`);
      // When a subcommand is missing, the help is shown in place of an error.
      const isHelp = exitCode === 2 && shown.startsWith('Usage: keyturn');
      if (exitCode > 0 && !isHelp && !/\[KT\d{3}\]/.test(shown))
        throw new Error(`exit code ${exitCode} without an error: ${shown}`);
      if ((await readFile(foreign, 'utf8')) !== 'mine') throw new Error('changed a file that is not its own');
      await rm(home, { recursive: true, force: true });
      return exitCode === 0 ? 'taken' : 'refused';
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

function captured(home: string, cwd: string): { context: ProcessContext; output: () => string } {
  let text = '';
  const sink = () => {
    const stream = new PassThrough();
    stream.on('data', (data: Buffer) => (text += data.toString()));
    return stream;
  };
  const stdin = new PassThrough();
  stdin.end();
  const context: ProcessContext = {
    language: 'en',
    env: { KEYTURN_HOME: home, PATH: '', HOME: home, NO_COLOR: '1' },
    cwd,
    platform: process.platform,
    packageFolder,
    stdin,
    stdout: sink(),
    stderr: sink(),
    clock: systemClock,
    entry: '',
    signal: AbortSignal.timeout(9000),
    onHangup: () => () => undefined,
  };
  return { context, output: () => text };
}
