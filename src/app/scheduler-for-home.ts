import { homedir, hostname, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { cronScheduler } from '../schedule/cron.js';
import { isCronRunning } from '../schedule/cron-daemon.js';
import { makeJob, proxiesWithPassword, suffixOf, type Job, type JobKind } from '../schedule/job.js';
import { launchdScheduler } from '../schedule/launchd.js';
import { systemRun } from '../schedule/system-run.js';
import type { Remark, Scheduler } from '../schedule/scheduler.js';
import { systemdScheduler } from '../schedule/systemd.js';
import { resolveHome } from '../store/home.js';
import { configList } from '../store/settings.js';
import type { ProcessContext } from './process-context.js';

type Context = Pick<ProcessContext, 'env' | 'platform'>;

/** The schedulers that this system may have, best first. */
export function schedulersOf({ env, platform }: Context): readonly Scheduler[] {
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

export function jobOf(context: Context & Pick<ProcessContext, 'packageFolder'>, home: string, kind: JobKind): Job {
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

export const suffixFor = (context: Context, home: string) => suffixOf(home, defaultHomeOf(context));

/** What the scheduled run will not have from this shell: settings from variables, and proxies with a password. */
export async function unseenSettings(context: Context, home: string, job: Job): Promise<readonly Remark[]> {
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

const defaultHomeOf = ({ env, platform }: Context) => resolveHome({ HOME: userHomeOf(env) }, platform);

const userHomeOf = (env: NodeJS.ProcessEnv) => env['HOME'] || homedir();

function userName(uid: number): string {
  try {
    return userInfo().username;
  } catch {
    // In a container the user may have no name.
    return String(uid);
  }
}
