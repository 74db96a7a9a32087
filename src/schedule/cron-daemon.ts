import type { Run } from './system-run.js';

const daemons = new Set(['cron', 'crond', 'fcron', 'cronie', 'systemd-cron', 'dcron']);

/** Whether a cron daemon runs. Undefined where `ps` is missing, or does not show the processes of other users. */
export async function isCronRunning(platform: NodeJS.Platform, run: Run): Promise<boolean | undefined> {
  // launchd starts cron as soon as there is a crontab.
  if (platform === 'darwin') return true;
  const end = await run('ps', ['-A', '-o', 'pid=,comm=']);
  const processes = end?.exitCode === 0 ? end.stdout.toString('utf8').split('\n') : [];
  if (!processes.some((line) => /^\s*1\s/.test(line))) return undefined;
  return processes.some((line) => daemons.has(line.trim().split(/[\s/]/).at(-1) ?? ''));
}
