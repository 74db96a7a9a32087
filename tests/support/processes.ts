import { readFileSync, readdirSync } from 'node:fs';

/** A running process, told apart from a later one with the same id by its start. Linux only. */
export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly start: string;
  /** With arguments, separated by spaces. */
  readonly command: string;
}

/** All processes but zombies, which hold nothing. */
export const runningProcesses = (): RunningProcess[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(readProcess);

/** The process and everything below it. */
export function treeOf(root: number, all = runningProcesses()): RunningProcess[] {
  const below = (pid: number): RunningProcess[] =>
    all.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...below(child.pid)]);
  return [...all.filter(({ pid }) => pid === root), ...below(root)];
}

export const isRunning = ({ pid, start }: RunningProcess): boolean =>
  readProcess(String(pid)).some((now) => now.start === start);

/** Whether the command line or the environment of the process names this path. */
export function names({ pid, command }: RunningProcess, path: string): boolean {
  return command.includes(path) || textOf(pid, 'environ').includes(path);
}

function readProcess(pid: string): RunningProcess[] {
  const stat = textOf(Number(pid), 'stat');
  const [state = 'Z', parent, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (/[ZXx]/.test(state)) return [];
  const command = textOf(Number(pid), 'cmdline').replaceAll('\0', ' ');
  return [{ pid: Number(pid), parent: Number(parent), start: rest[17] ?? '', command }];
}

/** Empty when the process has ended. */
function textOf(pid: number, file: 'stat' | 'cmdline' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
