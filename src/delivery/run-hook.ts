import { requireDuration } from '../lib/duration.js';
import type { Redactor } from '../lib/redactor.js';
import { programEnv, requireSuccess } from './run-program.js';
import type { Hook, HookEvent } from '../core/delivery-target.js';

/** What a hook gets in its environment; docs/delivery.md lists it. */
export interface HookFacts {
  readonly account: string;
  readonly site: string;
  readonly runId: string;
  readonly isDryRun: boolean;
  readonly expiresAt?: string;
  readonly outcome?: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly nextCommand?: string;
  readonly undelivered?: readonly string[];
}

export function hookVariables(facts: HookFacts): Readonly<Record<string, string | undefined>> {
  return {
    KEYTURN_ACCOUNT: facts.account,
    KEYTURN_SITE: facts.site,
    KEYTURN_RUN_ID: facts.runId,
    KEYTURN_DRY_RUN: facts.isDryRun ? '1' : '0',
    KEYTURN_EXPIRES_AT: facts.expiresAt ?? '',
    KEYTURN_OUTCOME: facts.outcome ?? '',
    KEYTURN_ERROR_CODE: facts.errorCode ?? '',
    KEYTURN_ERROR_MESSAGE: facts.errorMessage ?? '',
    KEYTURN_NEXT: facts.nextCommand ?? '',
    KEYTURN_UNDELIVERED: facts.undelivered?.join(' ') ?? '',
  };
}

export async function runHook(
  event: HookEvent,
  hook: Hook,
  facts: HookFacts,
  { env, redactor, signal }: { env: NodeJS.ProcessEnv; redactor: Redactor; signal?: AbortSignal },
): Promise<void> {
  const run = {
    argv: hook.command,
    env: programEnv(env, { ...hookVariables(facts), KEYTURN_EVENT: event }),
    timeoutMs: requireDuration(hook.timeout ?? '60s', 'timeout'),
    redactor,
    signal,
  };
  await requireSuccess(run, { account: facts.account, event });
}
