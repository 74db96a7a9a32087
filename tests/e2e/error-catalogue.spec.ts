import { expect, test } from '@playwright/test';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { AppError } from '../../src/lib/app-error.js';
import { catalogue } from '../support/error-catalogue.js';
import { provocations, raisedElsewhere } from '../support/error-provocations.js';
import { commandParser } from '../support/parse-command.js';
import { ErrorScene, planted, type SceneRun } from '../support/error-scene.js';

const root = new URL('../../', import.meta.url);
const groups = [...new Set(catalogue.map((error) => error.code.slice(0, 3)))];

test('every error code is raised here or in a named test', async () => {
  const codes = catalogue.map((error) => error.code);
  expect([...Object.keys(provocations), ...Object.keys(raisedElsewhere)].sort()).toEqual(codes);
  for (const [code, elsewhere] of Object.entries(raisedElsewhere)) {
    expect(await readFile(new URL(elsewhere.test, root), 'utf8'), elsewhere.test).toContain(code);
  }
});

for (const group of groups) {
  const errors = catalogue.filter(({ code }) => code.startsWith(group) && code in provocations);
  if (errors.length === 0) continue;
  test(`${group}xx: each error prints its state and the next command, and no secret`, async () => {
    const limit = pLimit(4);
    const problems = await Promise.all(errors.map((error) => limit(() => raise(error))));
    expect(problems.flat()).toEqual([]);
  });
}

/** Raises the error and returns the problems with how it is printed. */
async function raise(error: AppError): Promise<string[]> {
  const scene = await ErrorScene.open();
  try {
    const run = await provocations[error.code]?.(scene);
    if (!run) return [`${error.code} has no provocation`];
    const logged = await textBelow(join(scene.home, 'logs'));
    const problems = [...problemsOf(error, run, logged), ...(await problemsOfNext(run.output))];
    return problems.map((problem) => `${error.code} ${problem}:\n${run.output}`);
  } finally {
    await scene.close();
  }
}

function problemsOf(error: AppError, { exitCode, output }: SceneRun, logged: string): string[] {
  const [, message, state, next] =
    new RegExp(`(?:^|\\n)[^\\n]*\\berror (\\S[^]*?) \\[${error.code}\\]\\n  (\\S.*)\\n  next: (\\S.*)\\n`).exec(
      output,
    ) ?? [];
  const secret = Object.entries(planted).find(([, value]) => `${output}${logged}`.includes(value));
  return [
    exitCode !== error.exitCode && `ended with exit code ${exitCode}`,
    !(message && state && next) && 'is not printed with message, state and next',
    secret && `shows the ${secret[0]}`,
    error.code !== 'KT001' && /\n\s+at .+:\d+:\d+/.test(output) && 'has a stack',
  ].flatMap((problem) => (problem ? [problem] : []));
}

const parse = commandParser();

async function problemsOfNext(output: string): Promise<string[]> {
  const words = /\n {2}next: keyturn (\S.*)\n/.exec(output)?.[1];
  if (words === undefined || / --help$/.test(words)) return [];
  return parse(words.split(' ')).then(
    () => [],
    (failure: unknown) => [`names a command that does not parse (${String(failure)})`],
  );
}

async function textBelow(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => []);
  return (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('\n');
}
