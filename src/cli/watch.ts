import type { Command } from 'commander';
import { AppError } from '../errors/app-error.js';
import { printable, redactText } from '../lib/redact.js';
import { homeOf, type ProcessContext } from '../app/process-context.js';
import { printError } from './output/print-error.js';
import { examples, type SetExitCode } from './command-help.js';
import { newRunId } from '../lib/run-id.js';

export function registerWatch(program: Command, context: ProcessContext, setExitCode: SetExitCode): void {
  program
    .command('watch')
    .description('stay and renew every key on time, ask and remind in Feishu at decent hours, hear answers at any hour')
    .addHelpText(
      'after',
      `${examples(['keyturn watch', 'systemctl --user enable --now keyturn-watch'])}

SIGHUP loads the settings anew; SIGTERM and Ctrl-C end it within five seconds, and questions stay answerable.`,
    )
    .action(async () => {
      setExitCode(await watch(context));
    });
}

async function watch(context: ProcessContext): Promise<number> {
  const home = homeOf(context);
  const runId = newRunId();
  const { takeWatchLock } = await import('../app/watch/watch-lock.js');
  const { openLog } = await import('../lib/open-log.js');
  const { loadSettings } = await import('../store/settings.js');
  const { homePaths } = await import('../store/home.js');
  const { ensurePrivateDir } = await import('../lib/private-files.js');
  const { FolderWatch } = await import('../app/watch/folder-watch.js');
  const { Watcher } = await import('../app/watch/watcher.js');
  const { openServices, watcherDeps } = await import('../app/watch/container.js');

  const settings = await loadSettings({ env: context.env, home });
  const lock = await takeWatchLock(home, { runId, now: context.clock.now, signal: context.signal });
  // Only a folder that is there can be watched for the first account.
  await ensurePrivateDir(homePaths(home).accounts);
  const log = openLog(homePaths(home).logs, settings.log.level).child({ runId });
  const say = (line: string) => {
    context.stderr.write(`${printable(redactText(line))}\n`);
  };
  const watchContext = { context, home, runId, log, say };
  const folders = new FolderWatch(homePaths(home).accounts, () => watcher.timer.wake());
  const onAnswered: Parameters<typeof openServices>[1] = (account) => watcher.answered(account);
  const deps = watcherDeps(watchContext, folders, (send) => watcher.host(send));
  let watcher: InstanceType<typeof Watcher>;
  let ignoreHangups = () => undefined as void;
  try {
    watcher = new Watcher(deps, await openServices(watchContext, onAnswered));
    let reloading = Promise.resolve();
    ignoreHangups = context.onHangup(() => {
      reloading = reloading.then(async () => {
        if (context.signal.aborted) return;
        try {
          await watcher.replace(await openServices(watchContext, onAnswered));
          say('settings loaded anew');
        } catch (error) {
          say(
            'the new settings cannot be used; the watch goes on with the ones before, and no renewal works until they are mended',
          );
          printError(error, context);
          log.error({ err: error }, 'the settings could not be loaded anew');
        }
      });
    });
    const count = (await deps.accounts()).length;
    say(`watching over ${count} ${count === 1 ? 'account' : 'accounts'} (pid ${process.pid})`);
    log.info({ accounts: count }, 'watch begins');
    await watcher.run(context.signal);
    await reloading;
    say('watch ended; what was begun is settled by the next run');
    log.info({}, 'watch ended');
    return 0;
  } catch (error) {
    if (!(error instanceof AppError)) log.error({ err: error }, 'watch failed');
    throw error;
  } finally {
    ignoreHangups();
    folders.close();
    await lock.release();
  }
}
