import { AppError } from '../../lib/app-error.js';
import { openLog } from '../../lib/open-log.js';
import { newRunId } from '../../lib/run-id.js';
import type { Text } from '../../messages/text.js';
import { watchLines } from '../../messages/watch.js';
import { homePaths } from '../../store/home.js';
import { loadSettings } from '../../store/settings.js';
import { homeOf, type ProcessContext } from '../process-context.js';
import { terminalLanguage } from '../terminal-language.js';
import { openServices, watcherDeps, type RunWatchOptions } from './container.js';
import { takeWatchLock } from './watch-lock.js';
import { Watcher } from './watcher.js';

/**
 * Renews the keys of this home until `context.signal` aborts. Rejects when the settings are wrong at the start, and with
 * KT220 when another watch runs in this home.
 * 1. Load the settings, then take the home's watch lock.
 * 2. Open what the settings name (Feishu, heartbeat) and run the watcher.
 * 3. At each SIGHUP, load the settings again and replace those services, one SIGHUP after the other. If the new settings
 *    are wrong, the services stay as they are.
 * 4. After the abort, wait for a reload that is still running, and release the lock.
 */
export async function runWatch(context: ProcessContext, options: RunWatchOptions): Promise<void> {
  const { say, printError, runCommand } = options;
  const home = homeOf(context);
  const tell = (text: Text) => say(text[context.language]);
  const runId = newRunId();
  const settings = await loadSettings({ env: context.env, home });
  const log = openLog(homePaths(home).logs, settings.log.level).child({ runId });
  const lock = await takeWatchLock(home, { runId, now: context.clock.now, signal: context.signal });
  let watcher: Watcher;
  const watch = { context, home, runId, log, say, runCommand, watcher: () => watcher };
  const deps = watcherDeps(watch);
  let ignoreHangups = () => undefined as void;
  try {
    watcher = new Watcher(deps, await openServices(watch));
    const reload = async () => {
      if (context.signal.aborted) return;
      try {
        context.language = terminalLanguage(context.env, context.platform);
        await watcher.replace(await openServices(watch));
        tell(watchLines.reloaded);
      } catch (error) {
        tell(watchLines.notReloaded);
        printError(error);
        log.error({ err: error }, 'the settings could not be loaded anew');
      }
    };
    let reloading = Promise.resolve();
    ignoreHangups = context.onHangup(() => {
      reloading = reloading.then(reload);
    });
    const count = (await deps.accounts()).filter(({ error }) => !error).length;
    tell(watchLines.begins(count, process.pid));
    log.info({ accounts: count }, 'watch begins');
    await watcher.run(context.signal);
    await reloading;
    tell(watchLines.ended);
    log.info({}, 'watch ended');
  } catch (error) {
    if (!(error instanceof AppError)) log.error({ err: error }, 'watch failed');
    throw error;
  } finally {
    ignoreHangups();
    await lock.release();
  }
}
