import type { DeliveryEnd } from '../delivery/deliver-key.js';
import { hasWishes } from '../core/delivery-record.js';
import type { HookFacts } from '../delivery/run-hook.js';
import type { HookEvent } from '../core/delivery-target.js';
import { AppError, appError } from '../errors/app-error.js';
import { deliveryErrors } from '../errors/delivery-errors.js';
import { storeErrors } from '../errors/store-errors.js';
import { secretsOfKeys } from '../core/account-secrets.js';
import type { KeyRecord } from '../core/key-record.js';
import type { AccountConfig } from '../store/accounts.js';
import { readDeliveries, writeDeliveries } from '../store/deliveries.js';
import { appendHistory } from '../store/history.js';
import { accountPaths } from '../store/home.js';
import { readIntent, readKeyRecord } from '../store/key-records.js';
import { acquireLock } from '../store/lock.js';
import { showTime } from '../lib/show-time.js';
import type { RunContext } from './container.js';

export interface DeliveryReport {
  readonly ends: readonly DeliveryEnd[];
  /** KT905, or the hook's KT906 when only that failed. */
  readonly failure?: AppError;
}

/** One account's targets and hooks, for one run. Nothing is loaded for an account that has none. */
export interface AccountDelivery {
  /** Rejects with KT901 when a target cannot take a new key and the old one still works. */
  preflight(reason: string): Promise<void>;
  /** A hook's failure is told and stops nothing. */
  hook(event: 'before' | 'failed', facts?: Partial<HookFacts>): Promise<AppError | undefined>;
  /** Brings the current key to its consumers. Never rejects for what a target does. */
  deliver(mode: 'due' | 'all', facts?: Partial<HookFacts>): Promise<DeliveryReport>;
  /** Says what a renewal would deliver; with `runsHooks` the hooks are run too, with KEYTURN_DRY_RUN=1. */
  dryRun(): Promise<void>;
  /** Tells the owner, unless they sit at the terminal or were told. `inOther` goes along with a message about a renewal. */
  tell(ends: readonly DeliveryEnd[], options: { isAttended: boolean; wasToldAlong: boolean }): Promise<void>;
}

/** Another run that delivers is done within this time. */
const waitForOtherMs = 60_000;

export function openDelivery(
  run: RunContext,
  config: AccountConfig,
  options: { readonly siteTitle: string; readonly isDryRun?: boolean; readonly runsHooks?: boolean },
): AccountDelivery {
  const { context, runId, redactor } = run;
  const account = config.name;
  const paths = accountPaths(run.home, account);
  const log = run.log.child({ account });
  const say = (line: string) => run.say(`${account}: ${redactor.text(line)}`);
  const readKeys = async (): Promise<KeyRecord> => {
    const record = await readKeyRecord(paths);
    redactor.add(...secretsOfKeys(record));
    return record;
  };
  const targets = config.targets ?? [];
  const isDryRun = options.isDryRun === true;
  const warn = (message: string) => {
    log.warn({}, message);
    say(`warning: ${message}`);
  };
  const history = async (event: string, details: object) => {
    try {
      await appendHistory(paths, { at: new Date(context.clock.now()).toISOString(), runId, event, ...details });
    } catch (error) {
      log.error({ err: error, event }, 'the history could not be written');
    }
  };
  const factsWith = async (more: Partial<HookFacts> = {}): Promise<HookFacts> => ({
    account,
    site: config.site,
    runId,
    isDryRun,
    expiresAt: (await readKeys()).current?.expiresAt,
    ...more,
  });
  const putContext = async (more?: Partial<HookFacts>) => {
    const { hookVariables } = await import('../delivery/run-hook.js');
    const facts = hookVariables(await factsWith(more));
    return { account, env: context.env, facts, redactor, signal: context.signal };
  };

  /** Rejects with KT906. */
  const runOneHook = async (event: HookEvent, more?: Partial<HookFacts>): Promise<void> => {
    const hook = config.hooks?.[event];
    if (!hook) return;
    const { runHook } = await import('../delivery/run-hook.js');
    const { env, signal } = context;
    await runHook(event, hook, await factsWith(more), { env, redactor, signal });
    log.info({ hook: event }, 'a hook ended well');
  };

  const checkAll = async (): Promise<string[]> => {
    if (targets.length === 0) return [];
    const { checkTarget } = await import('../delivery/put-key.js');
    const putting = await putContext();
    const problems: string[] = [];
    for (const target of targets) {
      try {
        await checkTarget(target, putting);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        log.warn({ target: target.name, code: error.code }, error.message);
        problems.push(`${error.message.replace(/\.$/, '')} [${error.code}]`);
      }
    }
    return problems;
  };

  const self: AccountDelivery = {
    preflight: async (reason) => {
      const problems = await checkAll();
      if (problems.length === 0) return;
      const record = await readKeys();
      const { rotatesRegardless } = await import('../delivery/preflight.js');
      if (rotatesRegardless(record, reason, (await readIntent(paths)) !== undefined, context.clock.now())) {
        warn(`the new key cannot be delivered everywhere, but the old one is dead or dying: ${problems.join('; ')}`);
        return;
      }
      const expiresAt = record.current?.expiresAt;
      throw appError(deliveryErrors.notReady, {
        account,
        problems,
        keyState:
          expiresAt === undefined
            ? 'The current key was left as it is; its expiry is not known.'
            : `The current key works until ${showTime(expiresAt)}; in its last hours it is renewed all the same.`,
      });
    },

    hook: async (event, facts) => {
      try {
        await runOneHook(event, facts);
        return undefined;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        warn(`${error.message} [${error.code}]`);
        await history('hook-failed', { hook: event, code: error.code });
        return error;
      }
    },

    deliver: async (mode, facts) => {
      const nothing: DeliveryReport = { ends: [] };
      if (!hasWishes(config)) return nothing;
      let lock: Awaited<ReturnType<typeof acquireLock>>;
      try {
        const { signal } = context;
        lock = await acquireLock(paths.deliverLock, {
          command: 'keyturn deliver',
          runId,
          waitMs: waitForOtherMs,
          now: context.clock.now,
          signal,
        });
      } catch (error) {
        // Whoever holds it for so long delivers this key, or the next run does.
        if (error instanceof AppError && error.code === storeErrors.locked.code) return nothing;
        throw error;
      }
      try {
        // Read under the lock: of two runs at once the later one has the newer key.
        const { current } = await readKeys();
        if (!current) return nothing;
        const { deliverKey } = await import('../delivery/deliver-key.js');
        const { putKey } = await import('../delivery/put-key.js');
        const putting = await putContext(facts);
        const ends = await deliverKey(config, current.key, mode, {
          readRecord: () => readDeliveries(paths, warn),
          writeRecord: (record) => writeDeliveries(paths, record, warn),
          put: (target) => putKey(target, current.key, putting),
          runHook: (undelivered) => runOneHook('renewed', { outcome: 'renewed', ...facts, undelivered }),
          history,
          log,
          now: context.clock.now,
        });
        for (const end of ends) sayEnd(end, say);
        return { ends, failure: failureOf(account, ends) };
      } finally {
        await lock.release();
      }
    },

    dryRun: async () => {
      const { whereOf } = await import('../core/delivery-target.js');
      for (const target of targets) say(`dry run: would deliver the new key to ${target.name}: ${whereOf(target)}`);
      for (const event of ['before', 'renewed'] as const) {
        const hook = config.hooks?.[event];
        if (!hook) continue;
        if (!options.runsHooks) {
          say(
            `dry run: would run the hook ${event}: ${hook.command.join(' ')} (--run-hooks runs it now, with KEYTURN_DRY_RUN=1)`,
          );
        } else {
          try {
            await runOneHook(event, { outcome: 'rehearsed' });
            say(`dry run: the hook ${event} ended well`);
          } catch (error) {
            if (!(error instanceof AppError)) throw error;
            warn(`${error.message} [${error.code}]`);
          }
        }
      }
    },

    tell: async (ends, { isAttended, wasToldAlong }) => {
      if (ends.length === 0) return;
      const { deliveryNotice, tellsWhat, troubleOf } = await import('../delivery/tell-delivery.js');
      const now = context.clock.now();
      const trouble = troubleOf(ends);
      const record = await readDeliveries(paths);
      const what = tellsWhat(record.told, trouble, now);
      if (what === undefined) return;
      let isTold = wasToldAlong;
      if (!isTold && !isAttended && run.feishu && run.settings.notify.failure) {
        const { siteTitle } = options;
        const notice = deliveryNotice(what, ends, { account, siteTitle, language: run.language });
        const sent = await run.feishu.notifier.tell(notice);
        if (!sent.delivered) say(`warning: the message to you was not delivered: ${sent.problem ?? 'unknown reason'}`);
        isTold = sent.delivered;
      }
      if (!isTold) return;
      const told = trouble === '' ? undefined : { what: trouble, at: new Date(now).toISOString() };
      await writeDeliveries(paths, { ...(await readDeliveries(paths)), told }, warn).catch((error: unknown) => {
        log.error({ err: error }, 'that the owner was told could not be recorded');
      });
    },
  };
  return self;
}

function sayEnd(end: DeliveryEnd, say: (line: string) => void): void {
  const { name, where, state, failure, isHook } = end;
  if (state === 'delivered') say(isHook ? 'the hook renewed ended well' : `delivered to ${name}: ${where}`);
  else if (failure) {
    const again = `tried ${failure.attempts === 1 ? 'once' : `${failure.attempts} times`}, again after ${showTime(failure.nextTryAt)}`;
    say(`warning: ${failure.message} [${failure.code}] (${again})`);
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
