import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { childEnv } from '../lib/child-env.js';

/**
 * `command` has the arguments, separated by spaces. It is empty for a process that has ended and that its parent has not
 * noticed.
 */
type RunningProcess = Readonly<{ pid: number; parent: number; command: string }>;

/** None on Windows, and none where `ps` fails. */
function runningProcesses(): RunningProcess[] {
  if (process.platform === 'win32') return [];
  if (process.platform === 'linux') return readdirSync('/proc').flatMap(readProcess);
  try {
    const list = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,command='], {
      env: childEnv('system', process.env),
      encoding: 'utf8',
      timeout: 2000,
    });
    return [...list.matchAll(/^\s*(\d+)\s+(\d+)\s+(.*)$/gm)].map(([, pid, parent, command = '']) => {
      return { pid: Number(pid), parent: Number(parent), command };
    });
  } catch {
    return [];
  }
}

function readProcess(pid: string): RunningProcess[] {
  if (!/^\d+$/.test(pid)) return [];
  try {
    // The command name is in parentheses and may itself contain spaces and parentheses.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return [{ pid: Number(pid), parent, command }];
  } catch {
    return [];
  }
}

/** The process's command line with arguments. Empty when it is unknown, and always on Windows. */
export function commandLineOf(pid: number): string {
  const known = process.platform === 'linux' ? readProcess(String(pid)) : runningProcesses();
  return known.find((each) => each.pid === pid)?.command ?? '';
}

/** Kills the browsers on this profile that this process has started. None are found on Windows. */
export function killBrowsersOn(userDataDir: string): void {
  const argument = ` --user-data-dir=${userDataDir} `;
  for (const { pid, command } of descendantsOf(process.pid)) if (` ${command} `.includes(argument)) killTree(pid);
}

/** Kills the process group (Playwright makes the browser its leader) and descendants that left the group. */
export function killTree(pid: number): void {
  for (const victim of [-pid, ...descendantsOf(pid).map((each) => each.pid), pid]) {
    try {
      process.kill(victim, 'SIGKILL');
    } catch {
      // Already gone, or not a group leader.
    }
  }
}

function descendantsOf(root: number): RunningProcess[] {
  const all = runningProcesses();
  const below = (pid: number): RunningProcess[] =>
    all.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...below(child.pid)]);
  return below(root);
}
