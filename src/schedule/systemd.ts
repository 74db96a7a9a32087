import { scheduleRemarks as remarks } from '../messages/schedule-remarks.js';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { appError, type AppError } from '../lib/app-error.js';
import { scheduleErrors } from './schedule-errors.js';
import { schedulerTexts } from '../messages/schedule-errors.js';
import { same, withoutStop } from '../messages/text.js';
import { shellWord } from '../messages/shell-word.js';
import { otherKind, type Job, type JobKind } from './job.js';
import { isOwnFile, readOwnFile, removeOwnFile, writeOwnFile } from './own-file.js';
import { failureReason, reasonOf, type ProgramEnd, type Run } from './system-run.js';
import { installAgain, unusableScheduler, type Change, type Inspection, type Remark, type Scheduler } from './scheduler.js'; // prettier-ignore
import { systemdUnits, unitNames } from './systemd-unit.js';

export interface SystemdOptions {
  readonly run: Run;
  /** `~/.config/systemd/user` */
  readonly unitFolder: string;
  readonly user: string;
  readonly uid: number;
  readonly env: NodeJS.ProcessEnv;
}

/** Runs keyturn with a timer or a service of the user's own systemd. */
export function systemdScheduler({ run, unitFolder, user, uid, env }: SystemdOptions): Scheduler {
  const pathOf = (unit: string) => join(unitFolder, unit);
  const runtimeFolder = `/run/user/${uid}`;
  // su and cron do not set XDG_RUNTIME_DIR, but when the folder exists, the user manager can be reached.
  const runtime: Record<string, string> =
    !env['XDG_RUNTIME_DIR'] && existsSync(runtimeFolder) ? { XDG_RUNTIME_DIR: runtimeFolder } : {};
  const systemctl = (...args: string[]) =>
    // systemctl prints times in the time zone of TZ.
    run('systemctl', ['--user', ...args], { env: { ...runtime, TZ: 'UTC' } });
  /** What starts a job whose files have been written. */
  const startOf = (main: string) => [['daemon-reload'], ['enable', main], ['restart', main]];

  async function trouble(): Promise<AppError | undefined> {
    const end = await systemctl('show', '--property=Version');
    if (!end) return unusableScheduler('systemd', schedulerTexts.noProgram('systemctl'));
    return end.exitCode === 0
      ? undefined
      : appError(scheduleErrors.noUserManager, { user, uid, reason: reasonOf(end) });
  }

  async function propertiesOf(unit: string, ...names: string[]): Promise<Record<string, string>> {
    return properties(await systemctl('show', unit, `--property=${names.join(',')}`));
  }

  async function install(job: Job): Promise<readonly Change[]> {
    const { kind, suffix } = job;
    const [main] = unitNames(kind, suffix);
    const changes: Change[] = [];
    // A foreign file ends the install before anything is written.
    for (const name of unitNames(kind, suffix)) await readOwnFile(pathOf(name));
    for (const { name, text } of systemdUnits(job)) changes.push(...(await writeOwnFile(pathOf(name), text)));
    const now = await propertiesOf(main, 'ActiveState', 'UnitFileState', 'NeedDaemonReload');
    const isUp = now['ActiveState'] === 'active' && now['UnitFileState'] === 'enabled';
    if (changes.length > 0 || !isUp || now['NeedDaemonReload'] === 'yes') {
      for (const args of startOf(main)) {
        const end = await systemctl(...args);
        if (end?.exitCode === 0) continue;
        const command = ['systemctl', '--user', ...args].map(shellWord).join(' ');
        const reason = failureReason('systemctl', end);
        throw appError(scheduleErrors.failed, { command, reason, state: schedulerTexts.filesWritten });
      }
      changes.push({ what: 'started', name: main });
    }
    return [...changes, ...(await removeKind(otherKind(kind), suffix))];
  }

  async function removeKind(kind: JobKind, suffix: string): Promise<readonly Change[]> {
    const units = unitNames(kind, suffix);
    const [main] = units;
    const isOurs = await isOwnFile(pathOf(main));
    const end = isOurs ? await systemctl('disable', '--now', main) : undefined;
    const changes: Change[] = end?.exitCode === 0 ? [{ what: 'stopped', name: main }] : [];
    for (const unit of units) changes.push(...(await removeOwnFile(pathOf(unit))));
    if (changes.length > 0) {
      await systemctl('daemon-reload');
      await systemctl('reset-failed', ...units);
    }
    return changes;
  }

  async function inspect({ kind, suffix }: Pick<Job, 'kind' | 'suffix'>): Promise<Inspection> {
    const [main] = unitNames(kind, suffix);
    const isTimer = kind === 'refresh';
    const what = remarks.systemdJob(isTimer, main);
    const isInstalled = await isOwnFile(pathOf(main));
    const unreachable = isInstalled ? await trouble() : undefined;
    if (!isInstalled || unreachable) {
      const remark = unreachable
        ? { text: withoutStop(unreachable.texts.message), next: unreachable.hint }
        : { text: remarks.notThere(pathOf(main)), next: installAgain };
      return { what, isRunning: false, troubles: [remark], notes: [] };
    }
    const names = ['LoadState', 'ActiveState', 'SubState', 'UnitFileState', 'NextElapseUSecRealtime'];
    const said = await propertiesOf(main, ...names);
    const nextAt = isTimer ? timeOf(said['NextElapseUSecRealtime']) : undefined;
    const isRunning = said['SubState'] === 'running';
    const troubles: Remark[] = [];
    const notes: Remark[] = [];
    if (said['ActiveState'] !== 'active') {
      const state = said['LoadState'] === 'loaded' ? said['ActiveState'] : said['LoadState'];
      troubles.push({ text: remarks.notActive(main, state ?? '-'), next: installAgain });
    } else if (isTimer && nextAt === undefined && !isRunning)
      troubles.push({ text: remarks.noTime('systemd', main), next: installAgain });
    if (said['UnitFileState'] !== 'enabled') notes.push({ text: remarks.notEnabled(main), next: installAgain });
    // logind knows no user who is neither logged in nor lingering.
    const { Linger: linger = 'yes' } = properties(await run('loginctl', ['show-user', user, '--property=Linger']));
    if (linger !== 'yes') notes.push({ text: remarks.onlyLoggedIn, next: 'loginctl enable-linger' });
    return { what, isRunning, nextAt, nextSaidBy: same('systemd'), troubles, notes };
  }

  return {
    name: 'systemd',
    hasServices: true,
    trouble,
    render: (job) => ({
      files: systemdUnits(job).map(({ name, text }) => ({ path: pathOf(name), text })),
      commands: startOf(unitNames(job.kind, job.suffix)[0]).map((args) => ['systemctl', '--user', ...args]),
    }),
    install,
    remove: async (suffix) => [...(await removeKind('refresh', suffix)), ...(await removeKind('watch', suffix))],
    inspect,
  };
}

function properties(end: ProgramEnd | undefined): Record<string, string> {
  const text = end?.exitCode === 0 ? end.stdout.toString('utf8') : '';
  return Object.fromEntries([...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, key = '', value = '']) => [key, value]));
}

/** Parses `Wed 2026-11-25 19:00:00 UTC`. systemd prints nothing, `n/a` or 0 when there is no such time. */
function timeOf(text: string | undefined): number | undefined {
  const match = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d+)? UTC/.exec(text ?? '');
  return match ? Date.parse(`${match[1]}T${match[2]}Z`) : undefined;
}
