import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../lib/package-folder.js';

/** For example `keyturn/0.1.0`. */
export function userAgent(): string {
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  return `keyturn/${version}`;
}
