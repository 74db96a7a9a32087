import { join } from 'node:path';
import { AppError, appError } from '../lib/app-error.js';
import { browserErrors } from '../browser/browser-errors.js';
import { packageFolder } from '../lib/package-folder.js';
import { pageTexts } from '../messages/failures.js';
import { browserReasons } from '../messages/browser-errors.js';
import { failed, type Attempt, type Failure } from '../core/outcome.js';
import type { ConsoleReading, ConsoleSession, NewKey, RotateHooks, RotateResult } from '../core/ports.js';
import { openLine, LineClosed } from '../worker/line.js';
import { killWhenLate, portTo, startOwnProcess } from './own-process.js';
import type { OpenPageOptions } from '../worker/open-console-page.js';
import type { AskedCode, LogLine, PageOrder, PageParts } from '../worker/page-orders.js';

/** More than a browser gets for closing before it is killed. */
const closeTimeoutMs = 20_000;

export type PageProcessOptions = Omit<OpenPageOptions, keyof PageParts | 'method' | 'personAt'> & {
  readonly order: Omit<PageOrder, 'canAskCode'>;
};

/**
 * Runs the `headless` method in a separate process. A loaded browser driver stays in memory, and after a challenge
 * a run may wait hours for its owner. A browser that harms the process that drives it harms only that process.
 * Rejects as the method itself does.
 */
export async function startPageProcess(options: PageProcessOptions): Promise<ConsoleSession> {
  const { codes, onStep, log, signal } = options;
  signal?.throwIfAborted();
  const child = startOwnProcess([join(packageFolder, 'dist', 'page-process.js')], {
    // This process drives a page and never contacts Feishu.
    env: Object.fromEntries(Object.entries(options.env).filter(([name]) => !name.startsWith('FEISHU_'))),
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let hooks: RotateHooks | undefined;
  let hasPressed = false;
  let seen: NewKey | undefined;
  const line = openLine(portTo(child), {
    step: onStep,
    log: ({ level, fields, message }: LogLine) => log[level](fields, message),
    secrets: options.secrets,
    checkpoint: options.saveCheckpoint,
    code: async (request: AskedCode, wanted: AbortSignal) =>
      (await codes?.ask({ ...request, signal: wanted })) ?? { kind: 'left' },
    beforePress: async () => {
      await hooks?.beforePress();
      hasPressed = true;
    },
    key: async (key: NewKey) => {
      await hooks?.onKey(key);
      seen = key;
    },
  });
  const abort = () => {
    line.notify('abort', undefined);
    killWhenLate(child, closeTimeoutMs);
  };
  signal?.addEventListener('abort', abort, { once: true });

  const call = async <T>(name: string, argument?: unknown): Promise<T> => {
    try {
      return (await line.call(name, argument)) as T;
    } catch (error) {
      // After an abort, throw the abort's reason and not the error that the abort caused in the child.
      if (!(error instanceof AppError)) signal?.throwIfAborted();
      throw error;
    }
  };
  const attempt = <T>(name: string, argument?: unknown) =>
    call<Attempt<T>>(name, argument).catch((error: unknown): Attempt<T> => {
      if (error instanceof LineClosed) return failed(lost());
      throw error;
    });

  const close = async () => {
    const isInTime = killWhenLate(child, closeTimeoutMs);
    await line.call('close').catch(() => undefined);
    isInTime();
    signal?.removeEventListener('abort', abort);
    if (child.connected) child.disconnect();
    child.unref();
  };

  const order: PageOrder = { ...options.order, canAskCode: codes !== undefined };
  await call('open', order).catch(async (cause: unknown) => {
    await close();
    if (!(cause instanceof LineClosed)) throw cause;
    const { executablePath } = order;
    const reason = browserReasons.driverEnded;
    throw appError(browserErrors.launchFailed, { executablePath, reason }, { cause });
  });
  return {
    method: 'headless',
    read: () => attempt('read'),
    dryRun: (current) => attempt('dryRun', current),
    rotate: async (current: ConsoleReading, given: RotateHooks): Promise<RotateResult> => {
      hooks = given;
      hasPressed = false;
      seen = undefined;
      try {
        return await call<RotateResult>('rotate', current);
      } catch (error) {
        if (!(error instanceof LineClosed)) throw error;
        if (seen) return { ok: true, value: seen };
        return { ok: false, failure: lost(), sent: hasPressed ? 'maybe' : 'no' };
      } finally {
        hooks = undefined;
      }
    },
    saveCheckpoint: () => call('saveCheckpoint'),
    close,
  };
}

const lost = (): Failure => ({
  kind: 'unreachable',
  browserGone: true,
  detail: pageTexts.processEnded,
});
