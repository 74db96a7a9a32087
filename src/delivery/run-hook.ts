import { requireDuration } from '../lib/duration.js';
import type { Redactor } from '../lib/redactor.js';
import { programEnv, requireSuccess } from './run-program.js';
import type { Hook, HookEvent } from '../core/delivery-target.js';

/** What a hook, and the program of a target, finds in its environment; docs/delivery.md lists it. */
export type HookVariables = Readonly<Record<`KEYTURN_${string}`, string>>;

/** `variables` has all of them, and those without a value are empty. */
export async function runHook(
  event: HookEvent,
  hook: Hook,
  variables: HookVariables,
  { account, env, redactor, signal }: { account: string; env: NodeJS.ProcessEnv; redactor: Redactor; signal?: AbortSignal }, // prettier-ignore
): Promise<void> {
  const run = {
    argv: hook.command,
    env: programEnv(env, { ...variables, KEYTURN_EVENT: event }),
    timeoutMs: requireDuration(hook.timeout ?? '60s', 'timeout'),
    redactor,
    signal,
  };
  await requireSuccess(run, { account, event });
}
