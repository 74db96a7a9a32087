import { scheduleRemarks as remarks } from '../messages/schedule-remarks.js';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { appError } from '../lib/app-error.js';
import { scheduleErrors } from './schedule-errors.js';
import { schedulerTexts } from '../messages/schedule-errors.js';
import { same } from '../messages/text.js';
import { shellWord } from '../messages/shell-word.js';
import { otherKind, type Job } from './job.js';
import { launchdLabel, launchdPlist } from './launchd-plist.js';
import { nextAtMinute } from './next-at-minute.js';
import { isOwnFile, removeOwnFile, writeOwnFile } from './own-file.js';
import { failureReason, type Run } from './system-run.js';
import { installAgain, unusableScheduler, type Change, type Inspection, type Scheduler } from './scheduler.js';

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
export function launchdScheduler({ run, agentFolder, uid, pollMs = 250 }: LaunchdOptions): Scheduler {
  const pathOf = (label: string) => join(agentFolder, `${label}.plist`);

  /** The domain of the desktop session, or the user's domain when there is none (ssh only). */
  async function domain(): Promise<string> {
    return (await printed(`gui/${uid}`)) === undefined ? `user/${uid}` : `gui/${uid}`;
  }

  async function printed(service: string): Promise<string | undefined> {
    const end = await run('launchctl', ['print', service]);
    return end?.exitCode === 0 ? end.stdout.toString('utf8') : undefined;
  }

  async function unload(service: string): Promise<readonly Change[]> {
    if ((await printed(service)) === undefined) return [];
    await run('launchctl', ['bootout', service]);
    for (let waited = 0; waited < goneWithinMs && (await printed(service)) !== undefined; waited += pollMs)
      await sleep(pollMs);
    return [{ what: 'stopped', name: service }];
  }

  async function install(job: Job): Promise<readonly Change[]> {
    const label = launchdLabel(job);
    const path = pathOf(label);
    const home = await domain();
    const service = `${home}/${label}`;
    const changes = [...(await writeOwnFile(path, launchdPlist(job)))];
    if (changes.length > 0 || (await printed(service)) === undefined) {
      await unload(service);
      // A disabled service stays disabled when it is bootstrapped.
      await run('launchctl', ['enable', service]);
      const end = await run('launchctl', ['bootstrap', home, path]);
      if (end?.exitCode !== 0) {
        const command = ['launchctl', 'bootstrap', home, path].map(shellWord).join(' ');
        const reason = failureReason('launchctl', end);
        throw appError(scheduleErrors.failed, { command, reason, state: schedulerTexts.filesWritten });
      }
      changes.push({ what: 'started', name: service });
    }
    return [...changes, ...(await removeJob({ kind: otherKind(job.kind), suffix: job.suffix }))];
  }

  async function removeJob(job: Pick<Job, 'kind' | 'suffix'>): Promise<readonly Change[]> {
    const label = launchdLabel(job);
    const path = pathOf(label);
    if (!(await isOwnFile(path))) return [];
    return [...(await unload(`${await domain()}/${label}`)), ...(await removeOwnFile(path))];
  }

  async function inspect(job: Pick<Job, 'kind' | 'suffix'>, now: number): Promise<Inspection> {
    const label = launchdLabel(job);
    const path = pathOf(label);
    const isInstalled = await isOwnFile(path);
    const said = isInstalled ? await printed(`${await domain()}/${label}`) : undefined;
    const isRunning = /^\s*state = running$/m.test(said ?? '');
    const minute = /"?Minute"?\s*=>?\s*(\d+)/.exec(said ?? '')?.[1];
    const trouble = !isInstalled
      ? remarks.notThere(path)
      : said === undefined
        ? remarks.notLoaded('launchd', label)
        : job.kind === 'refresh'
          ? minute === undefined && remarks.noTime('launchd', label)
          : !isRunning && remarks.notRunning(label);
    return {
      what: remarks.launchdJob(label),
      isRunning,
      nextAt: minute === undefined ? undefined : nextAtMinute(Number(minute), now),
      nextSaidBy: same('launchd'),
      troubles: trouble ? [{ text: trouble, next: installAgain }] : [],
      notes: [],
    };
  }

  return {
    name: 'launchd',
    hasServices: true,
    trouble: async () => {
      const end = await run('launchctl', ['version']);
      return end ? undefined : unusableScheduler('launchd', schedulerTexts.noProgram('launchctl'));
    },
    render: (job) => {
      const path = pathOf(launchdLabel(job));
      const commands = [['launchctl', 'bootstrap', `gui/${uid}`, path]];
      return { files: [{ path, text: launchdPlist(job) }], commands };
    },
    install,
    remove: async (suffix) => [
      ...(await removeJob({ kind: 'refresh', suffix })),
      ...(await removeJob({ kind: 'watch', suffix })),
    ],
    inspect,
  };
}
