import { appError } from '../lib/app-error.js';
import { childEnv } from '../lib/child-env.js';
import { requireDuration } from '../lib/duration.js';
import { deliveryErrors } from './delivery-errors.js';
import type { Hook, HookEvent } from '../core/delivery-target.js';
import type { Redactor } from '../lib/redactor.js';
import { runCommand, type CommandEnd, type CommandOptions } from '../lib/run-command.js';
import { deliveryTexts } from '../messages/delivery-errors.js';
import type { Text } from '../messages/text.js';

export interface ProgramRun extends Omit<CommandOptions, 'keptBytes'> {
  readonly argv: readonly string[];
  readonly redactor: Redactor;
}

const keptOutput = 4000;
const readOutputBytes = 4 * keptOutput;

/**
 * Runs one of the owner's programs as `runCommand` does. `how` completes "the program …", e.g. `ended with exit code 1`;
 * `output` is redacted, and only its end is kept. Never rejects.
 */
export async function runProgram({ argv, redactor, ...options }: ProgramRun) {
  const { end, output } = await runCommand(argv, { ...options, keptBytes: readOutputBytes });
  const ok = end.kind === 'exited' && end.exitCode === 0;
  return { ok, how: howItEnded(end, options.timeoutMs), output: lastLines(output, redactor) };
}

/** What every program of an account's owner gets. */
export interface ProgramContext {
  readonly account: string;
  readonly env: NodeJS.ProcessEnv;
  readonly redactor: Redactor;
  readonly signal?: AbortSignal;
}

/** What a hook, and the program of a target, finds in its environment; docs/delivery.md lists it. */
export type HookVariables = Readonly<Record<`KEYTURN_${string}`, string>>;

/** `variables` has all of them, and those without a value are empty. */
export function runHook(
  event: HookEvent,
  hook: Hook,
  variables: HookVariables,
  context: ProgramContext,
): Promise<void> {
  const { command: argv, timeout = '60s' } = hook;
  return requireSuccess({ event }, { argv, timeout, variables: { ...variables, KEYTURN_EVENT: event } }, context);
}

/** Runs the program of a target or a hook. Rejects with KT904 when it fails. */
export async function requireSuccess(
  whose: { readonly target: string } | { readonly event: string },
  { argv, timeout, variables, input }: Pick<ProgramRun, 'argv' | 'input'> & { timeout: string; variables: Variables },
  { account, env, redactor, signal }: ProgramContext,
): Promise<void> {
  const timeoutMs = requireDuration(timeout, 'timeout');
  const run = { argv, env: childEnv('hook', env, variables), input, timeoutMs, redactor, signal };
  const { ok, how, output } = await runProgram(run);
  if (!ok) throw appError(deliveryErrors.programFailed, { account, ...whose, program: argv[0] ?? '', how, output });
}

function howItEnded(end: CommandEnd, timeoutMs: number): Text {
  if (end.kind === 'exited') return end.exitCode === 0 ? deliveryTexts.endedWell : deliveryTexts.exitCode(end.exitCode);
  if (end.kind === 'killed') return deliveryTexts.signal(end.signal);
  if (end.kind === 'not-started') return deliveryTexts.notStarted(end.reason);
  return end.kind === 'late' ? deliveryTexts.late(Math.round(timeoutMs / 100) / 10) : deliveryTexts.interrupted;
}

/** Where the beginning was cut off, drops the first word, which may be the rest of a secret. */
function lastLines(output: Buffer, redactor: Redactor): string {
  const text = output.toString('utf8');
  const whole = output.length < readOutputBytes ? text : text.replace(/^\S*/, '');
  const lines = redactor.hide(whole).split('\n');
  const redacted = lines.map((line) => redactor.foreign(line)).join('\n');
  return redacted.slice(-keptOutput);
}

type Variables = Readonly<Record<string, string | undefined>>;
