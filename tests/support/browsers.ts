import { chromium, test as base, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browserArgs } from '../../src/browser/launch-browser.js';
import { leanBrowserArgs, testBrowser } from './test-browser.js';

/** A browser with its own profile folder. The simulated owner uses its debugging port. */
export interface Profile {
  readonly userDataDir: string;
  readonly context: BrowserContext;
}

export interface WorkerBrowsers {
  /** A browser for any number of contexts, such as phones and pages that a test only checks. */
  browser_: Browser;
  sharedProfile: Profile;
}

export interface TestBrowsers {
  /** Set this in a test that closes its browser. Other tests share one, as a start and end take 1.5 seconds. */
  hasOwnBrowser: boolean;
  profile: Profile;
  context: BrowserContext;
  /** The only page of the context. */
  page: Page;
}

/**
 * Headless browsers for tests that drive a page themselves. They start once for each worker. Cookies are cleared before
 * each test.
 */
export const test = base.extend<TestBrowsers, WorkerBrowsers>({
  browser_: [
    async ({}, use) => {
      const browser = await chromium.launch(launchOptions());
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],
  sharedProfile: [
    async ({}, use) => {
      const profile = await openProfile();
      await use(profile);
      await closeProfile(profile);
    },
    { scope: 'worker' },
  ],
  hasOwnBrowser: [false, { option: true }],
  profile: async ({ hasOwnBrowser, sharedProfile }, use) => {
    if (!hasOwnBrowser) return use(sharedProfile);
    const profile = await openProfile();
    await use(profile);
    await closeProfile(profile);
  },
  context: async ({ profile }, use) => use(profile.context),
  page: async ({ context, hasOwnBrowser }, use) => {
    const before = context.pages();
    const page = await context.newPage();
    await Promise.all(before.map((each) => each.close()));
    await context.clearCookies();
    await use(page);
    if (!hasOwnBrowser) await context.unrouteAll();
  },
});

export { devices, expect, type Browser, type BrowserContext, type Frame, type Page } from '@playwright/test';

function launchOptions() {
  return {
    executablePath: testBrowser,
    chromiumSandbox: process.getuid?.() !== 0,
    args: [...browserArgs, ...leanBrowserArgs],
  };
}

export async function openContext(userDataDir: string): Promise<BrowserContext> {
  const { args, ...options } = launchOptions();
  return chromium.launchPersistentContext(userDataDir, {
    ...options,
    args: [...args, '--remote-debugging-port=0'],
    viewport: { width: 1280, height: 800 },
  });
}

async function openProfile(): Promise<Profile> {
  const userDataDir = await mkdtemp(join(tmpdir(), 'keyturn-profile-'));
  return { userDataDir, context: await openContext(userDataDir) };
}

async function closeProfile({ userDataDir, context }: Profile): Promise<void> {
  await context.close();
  await rm(userDataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
