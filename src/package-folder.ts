import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of package.json, profiles/ and dist/: the same wherever below it the build has put this module. */
export const packageFolder = find();

function find(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) throw new Error(`no package.json above ${import.meta.dirname}`);
  }
}
