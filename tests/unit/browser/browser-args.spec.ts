import { chmod, readFile, writeFile } from 'node:fs/promises';
import { test, expect } from '@playwright/test';
import { browserArgs } from '../../../src/browser/browser-args.js';
import { launchBrowser } from '../../../src/browser/launch-browser.js';

test('the features that the installed Playwright turns off and on stay so', async ({}, testInfo) => {
  const [program, seen] = [testInfo.outputPath('browser'), testInfo.outputPath('args')];
  await writeFile(program, `#!/bin/sh\nprintf '%s\\n' "$@" > '${seen}'\n`);
  await chmod(program, 0o755);
  const launch = launchBrowser(
    {
      userDataDir: testInfo.outputPath('profile'),
      headless: true,
      browser: { executablePath: program },
      baseUrl: 'about:blank',
    },
    { env: process.env },
  );
  await expect(launch).rejects.toMatchObject({ code: 'KT308' });

  const args = (await readFile(seen, 'utf8')).split('\n');
  for (const way of ['disable', 'enable']) {
    const lists = args
      .filter((arg) => arg.startsWith(`--${way}-features=`))
      .map((arg) => arg.split('=')[1]!.split(','));
    expect(lists).toHaveLength(2);
    expect(lists[0]!.length).toBeGreaterThan(1);
    expect(lists[1], `of two lists Chromium heeds the last: src/browser/browser-args.ts`).toEqual(
      expect.arrayContaining(lists[0]!),
    );
  }
});

test('features from browser.args are added, and one that it turns on is not turned off', () => {
  const args = browserArgs([
    '--lang=zh',
    '--disable-features=A,B',
    '--enable-features=LensOverlay,C:p/1',
    '--disable-features=D',
  ]);
  const lists = (way: string) =>
    args.filter((arg) => arg.startsWith(`--${way}-features=`)).map((arg) => arg.split('=')[1]!.split(','));
  expect(args).toContain('--lang=zh');
  expect(lists('disable')).toEqual([expect.arrayContaining(['A', 'B', 'D', 'MediaRouter', 'WebUIOmniboxPopup'])]);
  expect(lists('disable')[0]).not.toContain('LensOverlay');
  expect(lists('enable')).toEqual([expect.arrayContaining(['LensOverlay', 'C:p/1', 'CDPScreenshotNewSurface'])]);
});
