import { defineConfig } from '@playwright/test';
import fc from 'fast-check';

// Every process of a run reads this file. The same inputs each time: what other seeds find is found on purpose, with FC_SEED.
fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 20_260_301) });

export default defineConfig({
  testDir: 'tests',
  // A flake is a bug to find, so nothing is tried twice.
  retries: 0,
  fullyParallel: true,
  // Each e2e test owns a CLI process and a Chromium, and waits for one or the other: a fifth worker leaves nothing idle, and the whole is no sooner done.
  workers: 4,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['./tests/support/fault-table-reporter.ts'], ['./tests/support/closing-line-reporter.ts']],
  outputDir: 'test-results',
  projects: [
    { name: 'unit', testDir: 'tests/unit', timeout: 30_000 },
    { name: 'e2e', testDir: 'tests/e2e' },
    { name: 'faults', testDir: 'tests/faults' },
    // The tests of a file share a server, which takes a while to start.
    { name: 'consoles', testDir: 'tests/consoles', fullyParallel: false, timeout: 180_000 },
  ],
});
