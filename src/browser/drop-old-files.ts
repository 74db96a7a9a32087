import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Of the files whose names match, deletes those that are old by their age or by their place; the newest has place 0. */
export async function dropOldFiles(
  folder: string,
  pattern: RegExp,
  isOld: (ageMs: number, place: number) => boolean,
): Promise<void> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => pattern.test(name));
  const files = names.map((name) => path.join(folder, name));
  const found = await Promise.all(files.map(async (file) => ({ file, at: (await stat(file)).mtimeMs })));
  const old = found.sort((a, b) => b.at - a.at).filter(({ at }, place) => isOld(Date.now() - at, place));
  for (const { file } of old) await rm(file, { force: true });
}

const dayMs = 86_400_000;

/** Playwright makes a temporary folder for each browser, and a killed run leaves it there, empty. Never rejects. */
export async function dropLeftArtifacts(folder = tmpdir()): Promise<void> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.startsWith('playwright-artifacts-'));
  for (const left of names.map((name) => path.join(folder, name))) {
    const madeAt = (await stat(left).catch(() => undefined))?.mtimeMs ?? Infinity;
    if (Date.now() - madeAt > dayMs) await rmdir(left).catch(() => undefined);
  }
}
