import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Identifies a process, as far as the system allows it. */
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

/** `unsure`: the pid is in use, but perhaps by another process. `elsewhere`: it cannot be looked up on this machine. */
export type ProcessFate = 'alive' | 'gone' | 'unsure' | 'elsewhere';

export function fateOf(process: ProcessIdentity): ProcessFate {
  if (!isSameMachine(process, ownIdentity())) return 'elsewhere';
  if (!isPidInUse(process.pid)) return 'gone';
  const stat = processStat(process.pid);
  if (!stat || process.processStart === undefined) return 'unsure';
  // A zombie counts as gone: in a container without an init process it may never be reaped.
  return stat.start === process.processStart && !/[ZXx]/.test(stat.state) ? 'alive' : 'gone';
}

/** Whether a pid means the same process to both. */
export function isSameMachine(
  a: Omit<ProcessIdentity, 'pid' | 'processStart'>,
  b: Omit<ProcessIdentity, 'pid' | 'processStart'>,
): boolean {
  const isSameBoot = equalWhereKnown(a.bootId, b.bootId) && equalWhereKnown(a.pidNamespace, b.pidNamespace);
  // Within one boot, pids mean the same whatever the machine is called, e.g. before and after DHCP.
  const isSureOfIt = a.bootId !== undefined && a.bootId === b.bootId && a.pidNamespace === b.pidNamespace;
  // Machines may share a name such as "localhost", so another boot may also be another machine.
  return isSameBoot && (a.host === b.host || (isSureOfIt && a.pidNamespace !== undefined));
}

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

function equalWhereKnown(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined || a === b;
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
