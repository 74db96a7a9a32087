import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { shellWord } from '../../errors/shell-word.js';
import type { CliContext } from '../context.js';
import type { Finding } from './finding.js';

/** Every private file and folder, except inside the browser profiles, which Chromium keeps by its own rules below a 0700 folder. */
export async function permissionFindings(home: string, { platform }: CliContext): Promise<Finding[]> {
  if (platform === 'win32') return [];
  const findings: Finding[] = [];
  let checked = 0;
  const uid = process.getuid?.();
  const visit = async (path: string): Promise<void> => {
    const stats = await lstat(path).catch(() => undefined);
    if (!stats || stats.isSymbolicLink() || stats.isSocket()) return;
    checked += 1;
    if (uid !== undefined && stats.uid !== uid) {
      findings.push({
        level: 'problem',
        check: 'owner',
        text: `${path} belongs to another user (uid ${stats.uid})`,
        next: `sudo chown -R ${uid} ${shellWord(path)}`,
      });
    } else if ((stats.mode & 0o077) !== 0) {
      const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
      const wanted = stats.isDirectory() ? '700' : '600';
      findings.push({
        level: 'problem',
        check: 'permissions',
        text: `${path} has mode ${mode}; others could read secrets`,
        next: `chmod ${wanted} ${shellWord(path)}`,
      });
    }
    if (!stats.isDirectory() || path.endsWith('/browser')) return;
    for (const name of await readdir(path).catch(() => [])) await visit(join(path, name));
  };
  await visit(home);
  if (findings.length > 0) return findings;
  return [
    {
      level: 'ok',
      check: 'permissions',
      text: checked === 0 ? `nothing is stored yet (${home})` : `${checked} files and folders are yours alone`,
    },
  ];
}
