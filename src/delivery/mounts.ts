import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { orUndefined } from '../lib/or-undefined.js';

/**
 * Whether a mount of this very file can be seen, such as a container's: its readers go on with the old file when another
 * takes its name. A mount of the file's folder does not matter. Linux only; elsewhere no process tells its mounts.
 * @param path absolute, without symbolic links
 */
export function isMountedElsewhere(path: string): boolean {
  if (process.platform !== 'linux') return false;
  let around = { device: '', root: '', point: '' };
  for (const line of mountsOf('self')) {
    const [, , device = '', root = '', point = ''] = line.split(' ').map(unescaped);
    if (point.length >= around.point.length && isWithin(point, path)) around = { device, root, point };
  }
  const file = posix.join(around.root, posix.relative(around.point, path));
  const mounted = ` ${around.device} ${escaped(file)} `;
  const processes = (orUndefined(() => readdirSync('/proc')) ?? []).filter((name) => /^\d+$/.test(name));
  return ['self', ...processes].some((pid) => mountsOf(pid).some((line) => line.includes(mounted)));
}

const mountsOf = (pid: string): readonly string[] =>
  orUndefined(() => readFileSync(`/proc/${pid}/mountinfo`, 'utf8'))
    ?.trimEnd()
    .split('\n') ?? [];

const isWithin = (folder: string, path: string) => folder === path || path.startsWith(folder.replace(/\/*$/, '/'));

/** The kernel writes white space and backslashes as `\040`. */
const escaped = (path: string) =>
  path.replace(/[ \t\n\\]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
const unescaped = (path: string) =>
  path.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
