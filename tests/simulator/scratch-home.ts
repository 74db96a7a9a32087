import { mkdir, mkdtemp } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBrowser, snapProfileHome } from '../../src/browser/find-browser.js';

/**
 * Creates an empty state folder for a demo or a test in the temporary folder. If Chromium comes from the snap store,
 * the folder is in a place where that Chromium may write.
 */
export async function makeScratchHome(prefix: string, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const found = findBrowser({ env });
  const snap =
    found && snapProfileHome({ executablePath: found.executablePath, userDataDir: tmpdir(), home: homedir() });
  const parent = snap ?? tmpdir();
  if (snap) await mkdir(parent, { recursive: true, mode: 0o700 });
  return mkdtemp(join(parent, prefix));
}
