import { loadPlaywright } from '../browser/launch-browser.js';
import type { Log } from '../lib/log.js';
import type { CodeAnswer, CodeRequest, ConsoleReading, ConsoleSession, NewKey } from '../core/ports.js';
import type { SessionCheckpoint } from '../core/session-checkpoint.js';
import { openLine, type LinePort } from './line.js';
import { openConsolePage } from './open-console-page.js';
import type { LogLine, PageOrder } from './page-orders.js';

/** Drives a page for the renewal that started this process: see start-page-process.ts. */
export function servePage(): void {
  hostPage(
    {
      send: (message) => {
        if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
      },
      onMessage: (handle) => void process.on('message', handle),
      // Without its renewal, this process must not press anything. Its end closes the pipe to the browser, which
      // then ends, too.
      onClosed: (handle) => {
        process.on('disconnect', () => {
          handle();
          process.kill(process.pid, 'SIGKILL');
        });
      },
    },
    process.env,
    () => {
      process.removeAllListeners('disconnect');
      process.disconnect();
    },
  );
  // Load Playwright while the renewal finds the browser and reads the account.
  loadPlaywright();
}

/**
 * The page process's side: carries out the orders of the renewal, and calls the renewal for what only it knows.
 * Calls `onEnd` after the close.
 */
function hostPage(port: LinePort, env: NodeJS.ProcessEnv, onEnd: () => void): void {
  const aborting = new AbortController();
  let opened: ConsoleSession | undefined;
  const line = openLine(port, {
    open: async ({ canAskCode, ...rest }: PageOrder) => {
      opened = await openConsolePage({
        ...rest,
        method: 'headless',
        env,
        codes: canAskCode ? { ask: askCode } : undefined,
        secrets: async () => (await line.call('secrets')) as string[],
        saveCheckpoint: async (checkpoint: SessionCheckpoint) => void (await line.call('checkpoint', checkpoint)),
        onStep: (step) => line.notify('step', step),
        log: logTo((entry) => line.notify('log', entry)),
        signal: aborting.signal,
      });
    },
    read: () => opened!.read(),
    dryRun: (current: ConsoleReading) => opened!.dryRun(current),
    rotate: (current: ConsoleReading) =>
      opened!.rotate(current, {
        beforePress: async () => void (await line.call('beforePress')),
        onKey: async (key: NewKey) => void (await line.call('key', key)),
      }),
    saveCheckpoint: () => opened!.saveCheckpoint(),
    close: async () => {
      await opened?.close();
      setImmediate(onEnd);
    },
    abort: () => aborting.abort(),
  });

  async function askCode({ signal, ...request }: CodeRequest): Promise<CodeAnswer> {
    return (await line.call('code', request, signal)) as CodeAnswer;
  }
}

function logTo(write: (entry: LogLine) => void, bindings: object = {}): Log {
  const at = (level: LogLine['level']) => (given: object, message: string) =>
    write({ level, fields: { ...bindings, ...given }, message });
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (more) => logTo(write, { ...bindings, ...more }),
  };
}
