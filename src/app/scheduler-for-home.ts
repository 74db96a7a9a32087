import { homedir, hostname, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { cronScheduler } from '../schedule/cron.js';
import { isCronRunning } from '../schedule/cron-daemon.js';
import { makeJob, proxiesWithPassword, suffixOf, type Job, type JobKind } from '../schedule/job.js';
import { launchdScheduler } from '../schedule/launchd.js';
import { systemRun } from '../schedule/run-program.js';
import type { Remark, Scheduler } from '../schedule/scheduler.js';
import { systemdScheduler } from '../schedule/systemd.js';
import { resolveHome } from '../store/home.js';
import { configList } from '../store/settings.js';
import type { ProcessContext } from './process-context.js';

/** What this system may have, best first. */
export function schedulersOf({ env, platform }: ProcessContext): readonly Scheduler[] {
  const run = systemRun(env);
  const uid = process.getuid?.() ?? -1;
  const user = userName(uid);
  const home = userHomeOf(env);
  const folder = (variable: string, usual: string) => {
    const chosen = env[variable];
    return chosen && isAbsolute(chosen) ? chosen : join(home, usual);
  };
  const cron = () => cronScheduler({ run, user, isCronRunning: () => isCronRunning(platform, run) });
  if (platform === 'win32') return [];
  if (platform === 'darwin')
    return [launchdScheduler({ run, agentFolder: join(home, 'Library', 'LaunchAgents'), uid }), cron()];
  if (platform !== 'linux') return [cron()];
  const systemd = systemdScheduler({
    run,
    unitFolder: join(folder('XDG_CONFIG_HOME', '.config'), 'systemd', 'user'),
    stampFolder: join(folder('XDG_DATA_HOME', join('.local', 'share')), 'systemd', 'timers'),
    user,
    uid,
    env,
  });
  return [systemd, cron()];
}

export function jobOf(context: ProcessContext, home: string, kind: JobKind): Job {
  return makeJob({
    kind,
    home,
    defaultHome: defaultHomeOf(context),
    userHome: userHomeOf(context.env),
    hostname: hostname(),
    execPath: process.execPath,
    bin: join(context.packageFolder, 'dist', 'bin.js'),
    env: context.env,
  });
}

/** How the names of this home's schedule end. */
export const suffixFor = (context: ProcessContext, home: string) => suffixOf(home, defaultHomeOf(context));

/** What this shell has and the scheduled run will not: settings from variables, and proxies with a password. */
export async function unseenSettings(context: ProcessContext, home: string, job: Job): Promise<readonly Remark[]> {
  const here = await configList({ env: context.env, home });
  const there = await configList({ env: job.env, home });
  const settings = here
    .filter(({ value }, index) => JSON.stringify(value) !== JSON.stringify(there[index]?.value))
    .map(({ key, source }) => {
      const from = 'name' in source && source.name ? ` (${source.name})` : '';
      return { text: `${key} is set in this environment only${from}; the schedule does not see it`, next: `keyturn config set ${key}` }; // prettier-ignore
    });
  const proxies = proxiesWithPassword(context.env).map((name) => ({
    text: `${name} names a user or password, so it was not written into the schedule`,
  }));
  return [...settings, ...proxies];
}

const defaultHomeOf = ({ env, platform }: ProcessContext) => resolveHome({ HOME: userHomeOf(env) }, platform);

const userHomeOf = (env: NodeJS.ProcessEnv) => env['HOME'] || homedir();

function userName(uid: number): string {
  try {
    return userInfo().username;
  } catch {
    // A container's user need not have a name.
    return String(uid);
  }
}
