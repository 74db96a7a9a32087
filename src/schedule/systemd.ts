import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { appError, type AppError } from '../errors/app-error.js';
import { scheduleErrors } from '../errors/schedule-errors.js';
import { schedulerTexts } from '../messages/schedule-errors.js';
import { shellWord } from '../messages/shell-word.js';
import { removePrivateFile } from '../lib/private-files.js';
import type { Job, JobKind } from './job.js';
import { isOwnFile, readOwnFile, restoreFiles, writeOwnFile } from './own-file.js';
import { failureReason, reasonOf, type ProgramEnd, type Run } from './system-run.js';
import { unusableScheduler, type Change, type Inspection, type Remark, type Scheduler } from './scheduler.js';
import { systemdUnits } from './systemd-unit.js';

export interface SystemdOptions {
  readonly run: Run;
  /** `~/.config/systemd/user` */
  readonly unitFolder: string;
  /** `~/.local/share/systemd/timers`, where systemd records when a timer last fired. */
  readonly stampFolder: string;
  readonly user: string;
  readonly uid: number;
  readonly env: NodeJS.ProcessEnv;
}

/** Runs keyturn with a timer or a service of the user's own systemd. */
export function systemdScheduler(options: SystemdOptions): Scheduler {
  const { run, unitFolder, user, uid } = options;
  const pathOf = (unit: string) => join(unitFolder, unit);
  /** The link that `systemctl enable` makes, so that the unit starts with every session. */
  const linkOf = (kind: JobKind, unit: string) =>
    join(unitFolder, kind === 'watch' ? 'default.target.wants' : 'timers.target.wants', unit);
  const runtimeFolder = `/run/user/${uid}`;
  // su and cron do not set XDG_RUNTIME_DIR, but when the folder exists, the user manager can be reached.
  const runtime: Record<string, string> =
    !options.env['XDG_RUNTIME_DIR'] && existsSync(runtimeFolder) ? { XDG_RUNTIME_DIR: runtimeFolder } : {};
  const systemctl = (...args: string[]) =>
    // systemctl prints times in the time zone of TZ.
    run('systemctl', ['--user', ...args], { env: { ...runtime, TZ: 'UTC' } });
  const unitsOf = (kind: JobKind, suffix: string) => {
    const name = `keyturn-${kind}${suffix}`;
    return kind === 'watch' ? [`${name}.service`] : [`${name}.timer`, `${name}.service`];
  };

  async function trouble(): Promise<AppError | undefined> {
    const end = await systemctl('show', '--property=Version');
    if (!end) return unusableScheduler('systemd', schedulerTexts.noProgram('systemctl'));
    return end.exitCode === 0
      ? undefined
      : appError(scheduleErrors.noUserManager, { user, uid, reason: reasonOf(end) });
  }

  async function must(...args: string[]): Promise<void> {
    const end = await systemctl(...args);
    if (end?.exitCode === 0) return;
    const command = ['systemctl', '--user', ...args].map(shellWord).join(' ');
    const reason = failureReason('systemctl', end);
    throw appError(scheduleErrors.failed, { command, reason, state: schedulerTexts.filesPutBack });
  }

  async function propertiesOf(unit: string, ...names: string[]): Promise<Record<string, string>> {
    return properties(await systemctl('show', unit, `--property=${names.join(',')}`));
  }

  async function install(job: Job): Promise<readonly Change[]> {
    const units = systemdUnits(job);
    const main = units[0]?.name ?? '';
    const before = new Map<string, string | undefined>();
    for (const { name } of units) before.set(pathOf(name), await readOwnFile(pathOf(name)));
    const changes: Change[] = [];
    const removeOther = () => removeKind(job.kind === 'watch' ? 'refresh' : 'watch', job.suffix);
    const stale = units.filter(({ name, text }) => before.get(pathOf(name)) !== text);
    const now = await propertiesOf(main, 'ActiveState', 'UnitFileState', 'NeedDaemonReload');
    const isUp = now['ActiveState'] === 'active' && now['UnitFileState'] === 'enabled';
    if (stale.length === 0 && isUp && now['NeedDaemonReload'] !== 'yes') return removeOther();
    try {
      for (const { name, text } of stale) {
        await writeOwnFile(pathOf(name), text);
        changes.push({ what: before.get(pathOf(name)) === undefined ? 'written' : 'updated', name: pathOf(name) });
      }
      await must('daemon-reload');
      await must('enable', main);
      await must('restart', main);
    } catch (error) {
      if (before.get(pathOf(main)) === undefined) await systemctl('disable', '--now', main);
      await restoreFiles(before);
      await systemctl('daemon-reload');
      throw error;
    }
    if (now['UnitFileState'] !== 'enabled') changes.push({ what: 'enabled', name: linkOf(job.kind, main) });
    return [...changes, { what: 'started', name: main }, ...(await removeOther())];
  }

  async function removeKind(kind: JobKind, suffix: string): Promise<readonly Change[]> {
    const units = unitsOf(kind, suffix);
    const [main = ''] = units;
    const present: string[] = [];
    for (const unit of units) if (await isOwnFile(pathOf(unit))) present.push(unit);
    const changes: Change[] = [];
    if (present.includes(main)) {
      const end = await systemctl('disable', '--now', main);
      if (end?.exitCode === 0) changes.push({ what: 'stopped', name: main });
    }
    // The link is still there only when `systemctl disable` failed.
    if (present.length > 0) await removePrivateFile(linkOf(kind, main));
    for (const unit of present) {
      await removePrivateFile(pathOf(unit));
      changes.push({ what: 'removed', name: pathOf(unit) });
    }
    if (present.length === 0) return changes;
    const stamp = join(options.stampFolder, `stamp-${main}`);
    if (await removePrivateFile(stamp)) changes.push({ what: 'removed', name: stamp });
    await systemctl('daemon-reload');
    await systemctl('reset-failed', ...units);
    return changes;
  }

  async function inspect({ kind, suffix }: Pick<Job, 'kind' | 'suffix'>): Promise<Inspection> {
    const [main = ''] = unitsOf(kind, suffix);
    const isTimer = kind === 'refresh';
    const what = `the systemd user ${isTimer ? 'timer' : 'service'} ${main}`;
    const isInstalled = await isOwnFile(pathOf(main));
    const again = 'keyturn schedule install';
    if (!isInstalled) {
      const gone = { text: `${pathOf(main)} is not there`, next: again };
      return { what, isInstalled, isRunning: false, troubles: [gone], notes: [] };
    }
    const unreachable = await trouble();
    if (unreachable) {
      const remark = { text: unreachable.message.replace(/\.$/, ''), next: unreachable.hint };
      return { what, isInstalled, isRunning: false, troubles: [remark], notes: [] };
    }
    const names = ['LoadState', 'ActiveState', 'SubState', 'UnitFileState', 'NextElapseUSecRealtime'];
    const said = await propertiesOf(main, ...names);
    const nextAt = isTimer ? timeOf(said['NextElapseUSecRealtime']) : undefined;
    const isRunning = said['SubState'] === 'running';
    const troubles: Remark[] = [];
    const notes: Remark[] = [];
    if (said['LoadState'] !== 'loaded')
      troubles.push({ text: `systemd has not loaded ${main} (${said['LoadState'] ?? 'no answer'})`, next: again });
    else if (said['ActiveState'] !== 'active')
      troubles.push({ text: `${main} is not active (${said['ActiveState'] ?? 'no answer'})`, next: again });
    else if (isTimer && nextAt === undefined && !isRunning)
      troubles.push({ text: `${main} is active, but systemd names no next time`, next: again });
    if (said['UnitFileState'] !== 'enabled')
      notes.push({ text: `${main} is not enabled: it will be gone after the next start of the machine`, next: again });
    if ((await isLingering()) === false)
      notes.push({ text: 'runs only while you are logged in', next: 'loginctl enable-linger' });
    return { what, isInstalled, isRunning, nextAt, nextSaidBy: 'systemd', troubles, notes };
  }

  /** Undefined when logind does not say. */
  async function isLingering(): Promise<boolean | undefined> {
    const end = await run('loginctl', ['show-user', user, '--property=Linger']);
    // logind knows no user who is neither logged in nor lingering.
    const linger = properties(end)['Linger'];
    return linger === undefined ? undefined : linger === 'yes';
  }

  return {
    name: 'systemd',
    title: 'systemd user timer',
    hasServices: true,
    trouble,
    render: (job) => {
      const units = systemdUnits(job);
      const main = units[0]?.name ?? '';
      return {
        files: units.map(({ name, text }) => ({ path: pathOf(name), text })),
        commands: [['daemon-reload'], ['enable', main], ['restart', main]].map((args) => [
          'systemctl',
          '--user',
          ...args,
        ]),
      };
    },
    install,
    remove: async (suffix) => [...(await removeKind('refresh', suffix)), ...(await removeKind('watch', suffix))],
    inspect,
  };
}

function properties(end: ProgramEnd | undefined): Record<string, string> {
  if (end?.exitCode !== 0) return {};
  const pairs = end.stdout.toString('utf8').split('\n').map((line) => /^(\w+)=(.*)$/.exec(line)); // prettier-ignore
  return Object.fromEntries(pairs.flatMap((pair) => (pair ? [[pair[1] ?? '', pair[2] ?? '']] : [])));
}

/** Parses `Wed 2026-11-25 19:00:00 UTC`. systemd prints nothing, `n/a` or 0 when there is no such time. */
function timeOf(text: string | undefined): number | undefined {
  const match = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d+)? UTC/.exec(text ?? '');
  return match ? Date.parse(`${match[1]}T${match[2]}Z`) : undefined;
}
