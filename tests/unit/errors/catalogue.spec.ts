import { expect, test } from '@playwright/test';
import { readFile, readdir } from 'node:fs/promises';
import { catalogue } from '../../../src/errors/catalogue.js';
import { errorsDocument } from '../../../src/errors/explain-error.js';

const root = new URL('../../../', import.meta.url);

test('every entry of every error file is in the catalogue once', async () => {
  const inFiles: string[] = [];
  for (const file of (await readdir(new URL('src/errors/', root))).filter((name) => name.endsWith('-errors.ts'))) {
    const source = await readFile(new URL(`src/errors/${file}`, root), 'utf8');
    inFiles.push(...[...source.matchAll(/^ +code: '(KT\d{3})',$/gm)].map((match) => match[1] ?? ''));
  }
  expect(catalogue.map((error) => error.code)).toEqual(inFiles.sort());
});

test('every entry says what happened, how things are now, what to run next and what keyturn does by itself', () => {
  const problems = catalogue.flatMap(({ code, title, message, state, hint, byItself }) =>
    [
      ...Object.entries({ title, message, state, hint, byItself }).flatMap(([part, text]) => [
        text.trim() === '' && `${part} is empty`,
        // The example lacks a parameter.
        /undefined|\[object|NaN/.test(text) && `${part} has a hole: ${text}`,
      ]),
      !/\.$/.test(state) && 'state is no sentence',
      !/^(?:[a-z]|`).*[^.]$/.test(byItself) &&
        'byItself goes on from "keyturn by itself: " and gets its full stop there',
    ].flatMap((problem) => (problem ? [`${code}: ${problem}`] : [])),
  );
  expect(problems).toEqual([]);
});

test('docs/errors.md matches the catalogue; `npm run docs` writes it', async () => {
  expect(await readFile(new URL('docs/errors.md', root), 'utf8')).toBe(errorsDocument(catalogue));
});

test('the README links to docs/errors.md', async () => {
  expect(await readFile(new URL('README.md', root), 'utf8')).toContain('](docs/errors.md)');
});
