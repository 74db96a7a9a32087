import { readdir, rm, stat } from 'node:fs/promises';
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
