import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shellWord } from '../../messages/shell-word.js';
import { diskRoom, type DiskRoom } from '../../store/disk-room.js';
import { ok, problem, warning, type Finding } from './finding.js';

const mebi = 1024 * 1024;
/** A run writes little, but a browser profile that cannot grow loses the login. */
const tightBytes = 500 * mebi;
const fullBytes = 50 * mebi;
/** Chromium creates a few hundred files for a new profile. */
const tightFiles = 5000;
const fullFiles = 500;

export function nodeFindings(packageFolder: string, running = process.versions.node): Finding[] {
  const { engines } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as {
    engines: { node: string };
  };
  const [major = 0, minor = 0] = (/[\d.]+/.exec(engines.node)?.[0] ?? '').split('.').map(Number);
  const [ownMajor = 0, ownMinor = 0] = running.split('.').map(Number);
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) {
    return [ok('node', `Node.js ${running}`)];
  }
  const text = `Node.js ${running} is too old: keyturn needs ${major}.${minor} or newer`;
  return [problem('node', text, { next: 'https://nodejs.org/en/download' })];
}

export async function diskFindings(home: string): Promise<Finding[]> {
  return judgeDisk(await diskRoom(home));
}

export function judgeDisk({ folder, freeBytes, freeFiles }: DiskRoom): Finding[] {
  const free = showBytes(freeBytes);
  if (freeBytes < tightBytes) {
    const next = `df -h ${shellWord(folder)}`;
    if (freeBytes >= fullBytes)
      return [warning('disk', `the disk is nearly full: ${free} are left in ${folder}`, { next })];
    const text = `the disk is as good as full: ${free} are left in ${folder}, so neither a new key nor the browser's profile may fit`;
    return [problem('disk', text, { next })];
  }
  if (freeFiles !== undefined && freeFiles < tightFiles) {
    const text = `the disk has room for ${freeFiles} more files only (${free} are free) in ${folder}`;
    return [(freeFiles < fullFiles ? problem : warning)('disk', text, { next: `df -i ${shellWord(folder)}` })];
  }
  return [ok('disk', `${free} free in ${folder}`)];
}

function showBytes(bytes: number): string {
  const gibi = bytes / (1024 * mebi);
  return gibi >= 1 ? `${gibi >= 100 ? Math.round(gibi) : gibi.toFixed(1)} GiB` : `${Math.floor(bytes / mebi)} MiB`;
}
