import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { appError } from '../errors/app-error.js';
import { scheduleErrors } from '../errors/schedule-errors.js';
import { schedulerTexts } from '../messages/schedule-errors.js';
import { shellWord } from '../messages/shell-word.js';
import { removePrivateFile } from '../lib/private-files.js';
import type { Job, JobKind } from './job.js';
import { launchdLabel, launchdPlist } from './launchd-plist.js';
import { nextAtMinute } from './next-at-minute.js';
import { isOwnFile, readOwnFile, restoreFiles, writeOwnFile } from './own-file.js';
import { failureReason, type Run } from './system-run.js';
import { unusableScheduler, type Change, type Inspection, type Remark, type Scheduler } from './scheduler.js';

export interface LaunchdOptions {
  readonly run: Run;
  /** `~/Library/LaunchAgents` */
  readonly agentFolder: string;
  readonly uid: number;
  readonly pollMs?: number;
}

/** `bootout` returns before the agent has ended, and `bootstrap` fails until it has. */
const goneWithinMs = 15_000;

/** Runs keyturn as a LaunchAgent of this user. */
export function launchdScheduler(options: LaunchdOptions): Scheduler {
  const { run, agentFolder, uid, pollMs = 250 } = options;
  const pathOf = (label: string) => join(agentFolder, `${label}.plist`);

  /** The domain of the desktop session, or the user's domain when there is none (ssh only). */
  async function domain(): Promise<string> {
    return (await run('launchctl', ['print', `gui/${uid}`]))?.exitCode === 0 ? `gui/${uid}` : `user/${uid}`;
  }

  async function printed(service: string): Promise<string | undefined> {
    const end = await run('launchctl', ['print', service]);
    return end?.exitCode === 0 ? end.stdout.toString('utf8') : undefined;
  }

  async function unload(service: string): Promise<boolean> {
    if ((await printed(service)) === undefined) return false;
    await run('launchctl', ['bootout', service]);
    for (let waited = 0; waited < goneWithinMs && (await printed(service)) !== undefined; waited += pollMs)
      await sleep(pollMs);
    return true;
  }

  async function install(job: Job): Promise<readonly Change[]> {
    const label = launchdLabel(job);
    const path = pathOf(label);
    const text = launchdPlist(job);
    const before = await readOwnFile(path);
    const home = await domain();
    const service = `${home}/${label}`;
    const removeOther = () => removeKind(job.kind === 'watch' ? 'refresh' : 'watch', job.suffix);
    const wasLoaded = (await printed(service)) !== undefined;
    if (before === text && wasLoaded) return removeOther();
    const changes: Change[] = [];
    try {
      if (before !== text) {
        await writeOwnFile(path, text);
        changes.push({ what: before === undefined ? 'written' : 'updated', name: path });
      }
      await unload(service);
      // A disabled service stays disabled when it is bootstrapped.
      await run('launchctl', ['enable', service]);
      const end = await run('launchctl', ['bootstrap', home, path]);
      if (end?.exitCode !== 0) {
        throw appError(scheduleErrors.failed, {
          command: ['launchctl', 'bootstrap', home, path].map(shellWord).join(' '),
          reason: failureReason('launchctl', end),
          state: schedulerTexts.filesPutBack,
        });
      }
    } catch (error) {
      await restoreFiles(new Map([[path, before]]));
      if (wasLoaded) await run('launchctl', ['bootstrap', home, path]);
      throw error;
    }
    return [...changes, { what: 'started', name: service }, ...(await removeOther())];
  }

  async function removeKind(kind: JobKind, suffix: string): Promise<readonly Change[]> {
    const label = launchdLabel({ kind, suffix });
    const path = pathOf(label);
    if (!(await isOwnFile(path))) return [];
    const service = `${await domain()}/${label}`;
    const wasLoaded = await unload(service);
    await removePrivateFile(path);
    const removed: Change = { what: 'removed', name: path };
    return wasLoaded ? [{ what: 'stopped', name: service }, removed] : [removed];
  }

  async function inspect(job: Pick<Job, 'kind' | 'suffix'>, now: number): Promise<Inspection> {
    const label = launchdLabel(job);
    const path = pathOf(label);
    const what = `the LaunchAgent ${label}`;
    const again = 'keyturn schedule install';
    const troubles: Remark[] = [];
    const isInstalled = await isOwnFile(path);
    const said = isInstalled ? await printed(`${await domain()}/${label}`) : undefined;
    if (!isInstalled) troubles.push({ text: `${path} is not there`, next: again });
    else if (said === undefined) troubles.push({ text: `launchd has not loaded ${label}`, next: again });
    const isRunning = /^\s*state = running$/m.test(said ?? '');
    const minute = /"?Minute"?\s*=>?\s*(\d+)/.exec(said ?? '')?.[1];
    if (said !== undefined && job.kind === 'refresh' && minute === undefined)
      troubles.push({ text: `launchd names no time for ${label}`, next: again });
    if (said !== undefined && job.kind === 'watch' && !isRunning)
      troubles.push({ text: `${label} is not running`, next: again });
    return {
      what,
      isInstalled,
      isRunning,
      nextAt: minute === undefined ? undefined : nextAtMinute(Number(minute), now),
      nextSaidBy: 'launchd',
      troubles,
      notes: [],
    };
  }

  return {
    name: 'launchd',
    title: 'LaunchAgent',
    hasServices: true,
    trouble: async () => {
      const end = await run('launchctl', ['version']);
      return end ? undefined : unusableScheduler('launchd', schedulerTexts.noProgram('launchctl'));
    },
    render: (job) => {
      const path = pathOf(launchdLabel(job));
      return {
        files: [{ path, text: launchdPlist(job) }],
        commands: [['launchctl', 'bootstrap', `gui/${uid}`, path]],
      };
    },
    install,
    remove: async (suffix) => [...(await removeKind('refresh', suffix)), ...(await removeKind('watch', suffix))],
    inspect,
  };
}
