import { expect, test } from '@playwright/test';
import { readFile, readdir } from 'node:fs/promises';
import type { ErrorEntry } from '../../../src/errors/app-error.js';
import { createProgram } from '../../../src/cli/program.js';
import { systemContext } from '../../../src/app/process-context.js';
import { settingsTable } from '../../../src/store/settings-table.js';

const root = new URL('../../../', import.meta.url);

const chinese = 'README.zh-CN.md';

async function readme(file = 'README.md'): Promise<string> {
  return readFile(new URL(file, root), 'utf8');
}

/** The rows of the table between two markers, with trimmed cells. */
async function tableRows(marker: string, file?: string): Promise<string[][]> {
  const part = (await readme(file)).split(`<!-- ${marker} -->`)[1]?.split(`<!-- /${marker} -->`)[0] ?? '';
  return part
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) => line.replaceAll('\\|', '¦').split('|').slice(1, -1).map((cell) => cell.trim().replaceAll('¦', '|'))); // prettier-ignore
}

async function catalogue(): Promise<ErrorEntry<never>[]> {
  const entries: ErrorEntry<never>[] = [];
  for (const file of await readdir(new URL('src/errors/', root))) {
    if (!file.endsWith('-errors.ts')) continue;
    const groups = (await import(new URL(`src/errors/${file}`, root).href)) as Record<string, Record<string, unknown>>;
    for (const group of Object.values(groups)) {
      if (typeof group !== 'object') continue;
      entries.push(...(Object.values(group) as ErrorEntry<never>[]).filter((entry) => 'code' in entry));
    }
  }
  return entries;
}

test('every error code is unique and is in the README with its title and exit code', async () => {
  const entries = await catalogue();
  expect(new Set(entries.map((entry) => entry.code)).size).toBe(entries.length);
  const expected = entries.map((entry) => [entry.code, entry.title, String(entry.exitCode)]);
  expect(await tableRows('errors')).toEqual(expected.sort(([a = ''], [b = '']) => a.localeCompare(b)));
});

test('every setting is in the README with its variable, default and meaning', async () => {
  const code = (value: unknown) => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
  expect(await tableRows('settings')).toEqual(
    settingsTable.map((row) => [
      code(row.key),
      'env' in row && row.env ? code(row.env) : '',
      'default' in row ? code(row.default) : '',
      row.description,
    ]),
  );
});

test('the Chinese README has the same settings, error codes and exit codes, each with Chinese words', async () => {
  const settings = await tableRows('settings', chinese);
  expect(settings.map((row) => row.slice(0, 3))).toEqual((await tableRows('settings')).map((row) => row.slice(0, 3)));
  const errors = await tableRows('errors', chinese);
  expect(errors.map(([code, , exit]) => [code, exit])).toEqual(
    (await tableRows('errors')).map(([code, , exit]) => [code, exit]),
  );
  for (const row of [...settings.map((each) => each[3]), ...errors.map((each) => each[1])])
    expect(row).toMatch(/\p{Script=Han}/u);
});

test('both READMEs have their chapters in the same order, with the same commands and pictures', async () => {
  const shapeOf = (text: string) => ({
    chapters: [...text.matchAll(/^(#+) /gm)].map(([, level]) => level),
    code: [...text.matchAll(/^```(\w*)$/gm)].map(([, language]) => language),
    pictures: [...text.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map(([, file]) => file),
    commands: [...text.matchAll(/^\| `keyturn (\w+)/gm)].map(([, command]) => command),
  });
  const [english, translated] = [await readme(), await readme(chinese)];
  expect(shapeOf(translated)).toEqual(shapeOf(english));
  for (const picture of shapeOf(english).pictures) await readFile(new URL(picture ?? '', root));
  expect(english).toContain(`](${chinese})`);
  expect(translated).toContain('](README.md)');
});

test('every command is in the README', async () => {
  const { context, dispose } = systemContext({ packageFolder: new URL('.', root).pathname });
  try {
    const text = await readme();
    for (const command of (await createProgram(context, () => undefined)).commands) {
      expect(text, command.name()).toContain(`| \`keyturn ${command.name()}`);
    }
  } finally {
    dispose();
  }
});
