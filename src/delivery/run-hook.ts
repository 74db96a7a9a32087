import { requireSuccess, type ProgramContext } from './run-program.js';
import type { Hook, HookEvent } from '../core/delivery-target.js';

/** What a hook, and the program of a target, finds in its environment; docs/delivery.md lists it. */
export type HookVariables = Readonly<Record<`KEYTURN_${string}`, string>>;

/** `variables` has all of them, and those without a value are empty. */
export async function runHook(
  event: HookEvent,
  { command, timeout = '60s' }: Hook,
  variables: HookVariables,
  context: ProgramContext,
): Promise<void> {
  const run = { argv: command, timeout, variables: { ...variables, KEYTURN_EVENT: event } };
  await requireSuccess({ event }, run, context);
}
