import type { DeliveryEnd } from '../delivery/deliver-key.js';
import { hasWishes, switchedOn, type DeliveryRecord } from '../core/delivery-record.js';
import type { KeyRecord } from '../core/key-record.js';
import type { HookVariables } from '../delivery/run-program.js';
import type { HookEvent } from '../core/delivery-target.js';
import { AppError, appError, orAppError, reasonText } from '../lib/app-error.js';
import { deliveryErrors } from '../delivery/delivery-errors.js';
import { deliveryTexts } from '../messages/delivery-errors.js';
import { inEach, type Text } from '../messages/text.js';
import { storeErrors } from '../lib/store-errors.js';
import type { HeldKeys } from '../core/held-keys.js';
import { siteTime } from '../core/is-due.js';
import type { IsoTime } from '../core/outcome.js';
import { readDeliveries, writeDeliveries } from '../store/deliveries.js';
import { acquireLock } from '../store/lock.js';
import { showTime, timeText } from '../lib/show-time.js';
import { progressTexts } from '../messages/progress.js';
import type { AccountFiles } from '../store/account-files.js';
import type { RunContext } from './run-context.js';
import { warningTexts } from '../messages/warnings.js';

export interface DeliveryReport {
  readonly ends: readonly DeliveryEnd[];
  /** KT905 */
  readonly failure?: AppError;
  /** Of the key that was delivered. */
  readonly expiresAt?: IsoTime;
}

export type AccountDelivery = ReturnType<typeof openDelivery>;

const waitForOtherMs = 60_000;

/** One account's targets and hooks, for one run. Nothing is loaded for an account that has none. */
export function openDelivery(
  run: RunContext,
  { config, paths, keys, log, say, warn, history }: AccountFiles,
  options: { readonly siteTitle: string; readonly isDryRun?: boolean; readonly runsHooks?: boolean },
) {
  const { context, runId, redactor } = run;
  const { clock, env, signal } = context;
  const { name: account, site } = config;
  const { targets, hooks } = switchedOn(config);
  const variablesOf = (more: HookVariables): HookVariables => ({
    KEYTURN_ACCOUNT: account,
    KEYTURN_SITE: site,
    KEYTURN_RUN_ID: runId,
    KEYTURN_DRY_RUN: options.isDryRun ? '1' : '0',
    KEYTURN_EXPIRES_AT: '',
    KEYTURN_OUTCOME: '',
    KEYTURN_ERROR_CODE: '',
    KEYTURN_ERROR_MESSAGE: '',
    KEYTURN_NEXT: '',
    KEYTURN_UNDELIVERED: '',
    ...more,
  });

  const oldKeysIn = async (record: KeyRecord, deliveries: DeliveryRecord, insists?: boolean) => {
    const { oldKeysOf } = await import('./old-keys.js');
    return oldKeysOf(config, record, deliveries, { insists, siteOf: run.siteOf });
  };

  /** Rejects with KT904. */
  const runOneHook = async (event: HookEvent, more: HookVariables): Promise<void> => {
    const hook = hooks[event];
    if (!hook) return;
    const { runHook } = await import('../delivery/run-program.js');
    await runHook(event, hook, variablesOf(more), { account, env, redactor, signal });
    log.info({ hook: event }, 'a hook ended well');
  };

  const tryHook = async (event: HookEvent, more: HookVariables) => {
    const failure = await orAppError(runOneHook(event, more));
    if (failure) warn(reasonText(failure));
    return failure;
  };

  const recordedHook = async (event: 'before' | 'failed', more: HookVariables): Promise<void> => {
    const failure = await tryHook(event, more);
    if (failure) await history('hook-failed', { hook: event, code: failure.code });
  };
  return {
    /** Rejects with KT901 when a target cannot take a new key and the old one still works. */
    preflight: async (reason: string, { record, intent }: Pick<HeldKeys, 'record' | 'intent'>): Promise<void> => {
      if (targets.length === 0) return;
      const { checkTarget } = await import('../delivery/put-key.js');
      const oldKeys = await oldKeysIn(record, await readDeliveries(paths));
      const problems: Text[] = [];
      for (const target of targets) {
        const error = await orAppError(checkTarget(target, oldKeys(target), { account, env }));
        if (!error) continue;
        log.warn({ target: target.name, code: error.code }, error.message);
        const { message } = error.texts;
        problems.push(inEach((language) => `${message[language].replace(/[.。]$/, '')} [${error.code}]`));
      }
      if (problems.length === 0) return;
      const { rotatesRegardless } = await import('../delivery/preflight.js');
      if (rotatesRegardless(record, reason, intent !== undefined, siteTime(record, clock.now()))) {
        warn(warningTexts.notDeliverable(problems));
        return;
      }
      const expiresAt = record.current?.expiresAt;
      const keyState =
        expiresAt === undefined ? deliveryTexts.keyExpiryUnknown : deliveryTexts.keyWorksUntil(showTime(expiresAt));
      throw appError(deliveryErrors.notReady, { account, problems, keyState });
    },

    /** A hook's failure is printed as a warning; it stops nothing. */
    before: (expiresAt: IsoTime | undefined) => recordedHook('before', { KEYTURN_EXPIRES_AT: expiresAt ?? '' }),
    /** @param outcome why the run failed; by default the delivery did */
    failed: (error: AppError, { ends, expiresAt }: Omit<DeliveryReport, 'failure'>, outcome = 'undelivered') =>
      recordedHook('failed', {
        KEYTURN_OUTCOME: outcome,
        KEYTURN_ERROR_CODE: error.code,
        KEYTURN_ERROR_MESSAGE: error.message,
        KEYTURN_NEXT: error.hint,
        KEYTURN_UNDELIVERED: ends.flatMap((each) => (each.failure && !each.isHook ? [each.name] : [])).join(' '),
        KEYTURN_EXPIRES_AT: expiresAt ?? '',
      }),

    /**
     * Brings the current key to its consumers. Never rejects for what a target does.
     * @param insists a text that is no known key is replaced, too
     */
    deliver: async (mode: 'due' | 'all', insists?: boolean): Promise<DeliveryReport> => {
      if (!hasWishes(config)) return { ends: [] };
      const order = { command: 'keyturn deliver', runId, waitMs: waitForOtherMs, now: clock.now, signal };
      const lock = await orAppError(acquireLock(paths.deliverLock, order));
      if (lock instanceof AppError) {
        // The run that holds the lock delivers this key, or the next run does.
        if (lock.code === storeErrors.locked.code) return { ends: [] };
        throw lock;
      }
      try {
        // Read under the lock: of two runs at once the later one has the newer key.
        const record = await keys.readRecord();
        const { current } = record;
        if (!current) return { ends: [] };
        const deliveries = await readDeliveries(paths, warn);
        const oldKeys = await oldKeysIn(record, deliveries, insists);
        const { expiresAt } = current;
        const untilThen = { KEYTURN_EXPIRES_AT: expiresAt ?? '' };
        const { deliverKey } = await import('../delivery/deliver-key.js');
        const { putKey } = await import('../delivery/put-key.js');
        const putting = { account, env, variables: variablesOf(untilThen), redactor, signal };
        const ends = await deliverKey(config, current.key, mode, {
          readRecord: () => Promise.resolve(deliveries),
          writeRecord: (record) => writeDeliveries(paths, record, warn),
          put: (target) => putKey(target, current.key, oldKeys(target), putting),
          runHook: (undelivered) => {
            const more = { KEYTURN_OUTCOME: 'renewed', KEYTURN_UNDELIVERED: undelivered.join(' ') };
            return runOneHook('renewed', { ...untilThen, ...more });
          },
          history,
          log,
          now: clock.now,
        });
        for (const end of ends) sayEnd(end, say);
        return { ends, failure: failureOf(account, ends), expiresAt };
      } finally {
        await lock.release();
      }
    },

    /** Prints what a renewal would deliver; with `runsHooks` the hooks are run too, with KEYTURN_DRY_RUN=1. */
    dryRun: async (expiresAt: IsoTime | undefined): Promise<void> => {
      const { whereOf } = await import('../core/delivery-target.js');
      for (const target of targets) say(progressTexts.wouldDeliver(target.name, whereOf(target)));
      for (const event of ['before', 'renewed'] as const) {
        const hook = hooks[event];
        if (!hook) continue;
        if (!options.runsHooks) say(progressTexts.wouldRunHook(event, hook.command.join(' ')));
        else {
          const more = { KEYTURN_OUTCOME: 'rehearsed', KEYTURN_EXPIRES_AT: expiresAt ?? '' };
          if (!(await tryHook(event, more))) say(progressTexts.hookDone(event));
        }
      }
    },

    /** Notifies the owner of failures, unless they sit at the terminal or were notified along with a renewal. */
    notify: async (
      ends: readonly DeliveryEnd[],
      { isAttended, wasToldAlong }: { isAttended: boolean; wasToldAlong: boolean },
    ): Promise<void> => {
      if (ends.length === 0) return;
      const { deliveryNotice, noticeDue, troubleOf } = await import('../delivery/delivery-notice.js');
      const now = clock.now();
      const trouble = troubleOf(ends);
      const record = await readDeliveries(paths);
      const what = noticeDue(record.told, trouble, now);
      if (what === undefined) return;
      const notice = deliveryNotice(what, ends, { account, siteTitle: options.siteTitle, language: run.language });
      const mayNotify = !isAttended && run.settings.notify.failure;
      if (!wasToldAlong && !(mayNotify && (await run.notify(notice)))) return;
      const told = trouble === '' ? undefined : { what: trouble, at: new Date(now).toISOString() };
      await writeDeliveries(paths, { ...(await readDeliveries(paths)), told }, warn).catch((error: unknown) => {
        log.error({ err: error }, 'that the owner was told could not be recorded');
      });
    },
  };
}

function sayEnd(end: DeliveryEnd, say: (text: Text) => void): void {
  const { name, where, state, failure, isHook } = end;
  if (state === 'delivered') say(isHook ? progressTexts.hookDone('renewed') : progressTexts.delivered(name, where));
  else if (failure) {
    const { message, code, attempts, nextTryAt } = failure;
    say(progressTexts.notDelivered(`${message} [${code}]`, attempts, timeText(nextTryAt)));
  }
}

function failureOf(account: string, ends: readonly DeliveryEnd[]): AppError | undefined {
  const failed = ends.filter((end) => end.failure !== undefined);
  if (failed.length === 0) return undefined;
  return appError(deliveryErrors.undelivered, {
    account,
    problems: failed.map(({ failure }) => `${failure?.message.replace(/\.$/, '') ?? ''} [${failure?.code ?? ''}]`),
    held: ends.flatMap((end) => (end.failure || end.isHook ? [] : [end.name])),
  });
}
