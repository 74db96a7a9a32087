import { test as base } from '@playwright/test';
import { chmodSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export { expect } from '@playwright/test';

/** A private folder per test, with a space and Chinese characters in its path. */
export const test = base.extend<{ home: string }>({
  home: async ({}, use) => {
    const home = mkdtempSync(join(tmpdir(), 'keyturn 测试 '));
    await use(home);
    makeRemovable(home);
    rmSync(home, { recursive: true, force: true });
  },
});

export const modeOf = (path: string): string => (lstatSync(path).mode & 0o7777).toString(8);

function makeRemovable(folder: string): void {
  if (!lstatSync(folder).isDirectory()) return;
  chmodSync(folder, 0o700);
  for (const name of readdirSync(folder)) makeRemovable(join(folder, name));
}
