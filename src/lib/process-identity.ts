import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { orUndefined } from './or-undefined.js';

export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** The start of the process in kernel ticks since boot, so that a reused pid is recognised. Linux only. */
  readonly processStart?: string;
  /** Identifies one boot of one machine. Linux only. */
  readonly bootId?: string;
  /** Two containers may share host name and boot, but have different pids. Linux only. */
  readonly pidNamespace?: string;
}

export function ownIdentity(): ProcessIdentity {
  return {
    pid: process.pid,
    host: hostname(),
    processStart: processStat(process.pid)?.start,
    bootId: orUndefined(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    pidNamespace: orUndefined(() => readlinkSync('/proc/self/ns/pid')),
  };
}

/** `unknown`: the process is on another machine or in another container, or another process may have its pid now. */
export function fateOf(process: ProcessIdentity): 'alive' | 'gone' | 'unknown' {
  if (!isSameMachine(process, ownIdentity())) return 'unknown';
  if (!isPidInUse(process.pid)) return 'gone';
  const stat = processStat(process.pid);
  if (!stat || process.processStart === undefined) return 'unknown';
  // A zombie counts as gone: in a container without an init process it may never be reaped.
  return stat.start === process.processStart && !/[ZXx]/.test(stat.state) ? 'alive' : 'gone';
}

type Machine = Omit<ProcessIdentity, 'pid' | 'processStart'>;

/** Where the boot is known, the host name does not count: it may change, and machines may share one. */
export function isSameMachine(a: Machine, b: Machine): boolean {
  if (a.bootId !== b.bootId || a.pidNamespace !== b.pidNamespace) return false;
  return a.bootId !== undefined || a.host === b.host;
}

/** Undefined where the start is not known, or the process is gone. */
export const processStart = (pid: number): string | undefined => processStat(pid)?.start;

function processStat(pid: number): { readonly state: string; readonly start: string } | undefined {
  const text = orUndefined(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // The second field is the name of the program in brackets, which may contain brackets and spaces itself.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields?.[0], fields?.[19]];
  return state !== undefined && start !== undefined ? { state, start } : undefined;
}

export function isPidInUse(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
