import { expect, test } from '@playwright/test';
import { readFile, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { jsonDocument } from '../../support/json-document.js';

const file = new URL('../../../docs/json.md', import.meta.url);

test('docs/json.md matches the shapes; `npm run docs` writes it', async ({}, { config }) => {
  const options = await resolveConfig(file);
  const wanted = await format(jsonDocument(), { ...options, parser: 'markdown' });
  if (['all', 'changed'].includes(config.updateSnapshots)) await writeFile(file, wanted);
  expect(await readFile(file, 'utf8')).toBe(wanted);
});
