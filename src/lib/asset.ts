import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageFolder } from './package-folder.js';

/** The text of a file that the build makes for the browser, such as `takeover/viewer.html`. */
export function readAsset(name: string): Promise<string> {
  return readFile(join(packageFolder, 'dist', name), 'utf8');
}
