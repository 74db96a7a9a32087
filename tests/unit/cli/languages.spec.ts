import { expect, test } from '@playwright/test';
import type { Command } from 'commander';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../../src/lib/clock.js';
import type { ProcessContext } from '../../../src/app/process-context.js';
import { createProgram, runCli } from '../../../src/cli/program.js';
import type { Language } from '../../../src/messages/text.js';

const han = /\p{Script=Han}/u;

/** What is left of a line without commands, flags, paths and names. */
const wordsOf = (line: string) =>
  /^\s*\$|^用法：/.test(line)
    ? ''
    : line
        .replace(/--?[a-z][\w-]*/gi, '')
        .replace(/[<[][^>\]]*[>\]]/g, '')
        .replace(/\S*[./:_=]\S*/g, '');

const hasEnglishOnly = (line: string) => /[a-z]{2,}/i.test(wordsOf(line)) && !han.test(line);

/** The lines of every command's help, and of the commands that list something. */
async function printed(language: Language): Promise<readonly string[]> {
  const home = await mkdtemp(join(tmpdir(), 'keyturn-'));
  let text = '';
  const stream = { columns: 400, write: (chunk: string) => (text += chunk) };
  const context = {
    env: { KEYTURN_HOME: home, KEYTURN_LANGUAGE: language },
    cwd: home,
    platform: process.platform,
    packageFolder: fileURLToPath(new URL('../../../', import.meta.url)),
    stdin: process.stdin,
    stdout: stream,
    stderr: stream,
    clock: systemClock,
    language,
    entry: '',
    signal: new AbortController().signal,
  } as unknown as ProcessContext;
  const printHelp = (command: Command) => {
    command.outputHelp();
    command.commands.forEach(printHelp);
  };
  try {
    printHelp(await createProgram(context, () => undefined));
    for (const args of [['account', 'add', 'work'], ['status'], ['account', 'list'], ['config', 'list']]) {
      expect(await runCli(args, context), args.join(' ')).toBe(0);
    }
  } finally {
    await rm(home, { recursive: true });
  }
  return text.split('\n');
}

test('in Chinese, every line of the help, the status and the lists has Chinese words', async () => {
  const lines = await printed('zh');
  expect(lines.length).toBeGreaterThan(300);
  expect(lines.filter(hasEnglishOnly)).toEqual([]);
});

test('in English, the help, the status and the lists have no Chinese', async () => {
  expect((await printed('en')).filter((line) => han.test(line))).toEqual([]);
});
