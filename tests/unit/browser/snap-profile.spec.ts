import { expect, test } from '@playwright/test';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSession } from '../../../src/browser/open-session.js';

test('a profile that the snap cannot reach is KT315 with a usable folder, before anything starts', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-snap-'));
  try {
    const opening = openSession({
      userDataDir: join(folder, 'browser'),
      headless: true,
      executablePath: '/snap/bin/chromium',
      env: { HOME: '/home/me' },
    });
    await expect(opening).rejects.toMatchObject({
      code: 'KT315',
      exitCode: 2,
      hint: expect.stringContaining('KEYTURN_HOME=/home/me/snap/chromium/common/keyturn'),
    });
    expect(existsSync(join(folder, 'browser'))).toBe(false);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
