import { expect, test } from '@playwright/test';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { languages } from '../../../src/messages/text.js';
import { catalogue, errorsDocument } from '../../support/error-catalogue.js';

const root = new URL('../../../', import.meta.url);

test('every entry of every error file is in the catalogue once', async () => {
  const inFiles: string[] = [];
  const files = await readdir(new URL('src/', root), { recursive: true });
  for (const file of files.filter((name) => name.endsWith('-errors.ts'))) {
    const source = await readFile(new URL(`src/${file}`, root), 'utf8');
    inFiles.push(...[...source.matchAll(/\bcode: '(KT\d{3})',/g)].map((match) => match[1] ?? ''));
  }
  expect(catalogue.map((error) => error.code)).toEqual(inFiles.sort());
  expect(new Set(inFiles).size).toBe(inFiles.length);
});

test('every error says in every language what happened, how things are now and what to run next', () => {
  const problems = catalogue.flatMap((error) =>
    languages.flatMap((language) => {
      const { message, state, hint } = error.in(language);
      return [
        ...Object.entries({ message, state, hint }).flatMap(([part, text]) => [
          text.trim() === '' && `${part} is empty`,
          // The example lacks a parameter.
          /undefined|\[object|NaN/.test(text) && `${part} has a hole: ${text}`,
        ]),
        !/[.。]$/.test(state) && 'state is no sentence',
      ].flatMap((problem) => (problem ? [`${error.code} ${language}: ${problem}`] : []));
    }),
  );
  expect(problems).toEqual([]);
});

test('docs/errors.md matches the catalogue; `npm run docs` writes it', async ({}, { config }) => {
  const file = new URL('docs/errors.md', root);
  if (['all', 'changed'].includes(config.updateSnapshots)) await writeFile(file, errorsDocument());
  expect(await readFile(file, 'utf8')).toBe(errorsDocument());
});

test('the README links to docs/errors.md', async () => {
  expect(await readFile(new URL('README.md', root), 'utf8')).toContain('](docs/errors.md)');
});
