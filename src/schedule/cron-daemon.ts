import { readFile, readdir } from 'node:fs/promises';
import type { Run } from './system-run.js';

const daemons = new Set(['cron', 'crond', 'fcron', 'cronie', 'systemd-cron', 'dcron']);

/** Whether a cron daemon runs. Undefined where other users' processes cannot be seen. */
export async function isCronRunning(platform: NodeJS.Platform, run: Run): Promise<boolean | undefined> {
  // launchd starts cron as soon as there is a crontab.
  if (platform === 'darwin') return true;
  if (platform !== 'linux') {
    const end = await run('ps', ['-A', '-o', 'comm=']);
    if (end?.exitCode !== 0) return undefined;
    return end.stdout.toString('utf8').split('\n').some((name) => daemons.has(name.trim().split('/').at(-1) ?? '')); // prettier-ignore
  }
  if ((await nameOf('1')) === undefined) return undefined;
  for (const pid of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const name = (await nameOf(pid)) ?? '';
    if (daemons.has(name)) return true;
    // BusyBox is one program with many names. Its command line says which one it runs as.
    if (name === 'busybox' && /^[^\0]*crond\0|\0crond\0/.test(await textOf(`/proc/${pid}/cmdline`))) return true;
  }
  return false;
}

async function nameOf(pid: string): Promise<string | undefined> {
  const name = (await textOf(`/proc/${pid}/comm`)).trim();
  return name === '' ? undefined : name;
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
