import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test as base, expect } from '@playwright/test';

const script = path.resolve(import.meta.dirname, '../../../.ci/run');

interface Checkout {
  /**
   * Runs the script with a fake `npm`, which prints these lines for each npm script, and ends with 1 when they
   * contain "bad".
   */
  ci: (parts: Record<string, string>) => Promise<{ code: number; lines: string[] }>;
}

const test = base.extend<{ checkout: Checkout }>({
  checkout: async ({}, use) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'keyturn-ci-'));
    const write = async (name: string, text: string) => {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), text);
      await chmod(path.join(folder, name), 0o755);
    };
    await mkdir(path.join(folder, '.ci'));
    await copyFile(script, path.join(folder, '.ci/run'));
    await write('scripts/setup.mjs', '');
    // The script is the first word after `run` that is no flag.
    await write(
      'bin/npm',
      `#!/bin/sh
       for word in "$@"; do case "$word" in run|-*) ;; *) name=$word; break;; esac; done
       cat "${folder}/parts/$name" 2>/dev/null
       ! grep -q bad "${folder}/parts/$name" 2>/dev/null\n`,
    );
    await use({
      ci: async (parts) => {
        for (const [name, text] of Object.entries(parts)) await write(`parts/${name}`, `${text}\n`);
        const env = { ...process.env, PATH: `${folder}/bin:${process.env['PATH']}` };
        return new Promise((resolve) => {
          execFile(path.join(folder, '.ci/run'), { env }, (error, stdout) =>
            resolve({ code: Number(error?.code ?? 0), lines: stdout.trimEnd().split('\n') }),
          );
        });
      },
    });
    await rm(folder, { recursive: true, force: true });
  },
});

test.skip(process.platform === 'win32', 'the stand-in for npm is a shell script');

test('the last line adds up the tests of all parts', async ({ checkout }) => {
  const { code, lines } = await checkout.ci({
    test: 'some test\n800 passed, 0 failed, 3 skipped',
    'test:consoles': '4 passed, 0 failed, 1 skipped',
  });
  expect(lines.at(-1)).toBe('804 passed, 0 failed, 4 skipped');
  expect(code).toBe(0);
});

for (const [what, part, text, closing] of [
  ['a failing console test', 'test:consoles', '3 passed, 1 failed, 0 skipped\nbad', '11 passed, 1 failed, 0 skipped'],
  ['a console that cannot be set up', 'test:consoles', 'bad', '8 passed, 1 failed, 0 skipped'],
  ['lint', 'lint', 'bad', '8 passed, 1 failed, 0 skipped'],
] as const) {
  test(`${what} fails the whole run and is counted`, async ({ checkout }) => {
    const { code, lines } = await checkout.ci({ test: '8 passed, 0 failed, 0 skipped', [part]: text });
    expect(lines.at(-1)).toBe(closing);
    expect(code).toBe(1);
  });
}
