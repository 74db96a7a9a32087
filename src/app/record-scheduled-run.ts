import { progressTexts } from '../messages/progress.js';
import { AppError, orAppError } from '../lib/app-error.js';
import { oneLine, redactText } from '../lib/redact.js';
import { writeScheduledRun } from '../store/schedule-records.js';
import { Interrupted, type ProcessContext } from './process-context.js';
import type { AccountEnd } from './renew-one.js';

const outcomes: Readonly<Record<number, string>> = { 1: 'failed', 2: 'failed', 3: 'person-needed', 4: 'held' };

/** Runs a refresh for the schedule and leaves a record of it, by which others see that the schedule fires. */
export async function recordScheduledRun(
  home: string,
  context: ProcessContext,
  work: () => Promise<{ readonly ends: readonly AccountEnd[]; readonly exitCode: number }>,
): Promise<number> {
  const lastRunAt = new Date(context.clock.now()).toISOString();
  const leave = async (exitCode: number, outcome: string, failure: unknown): Promise<void> => {
    const why =
      failure instanceof AppError ? { code: failure.code, message: oneLine(redactText(failure.message)) } : {};
    const endedAt = new Date(context.clock.now()).toISOString();
    const run = { version: 1 as const, lastRunAt, endedAt, outcome, exitCode, ...why };
    const error = await orAppError(writeScheduledRun(home, run));
    // The record only informs; what the run did for the keys is what counts.
    if (error) {
      const text = progressTexts.runNotRecorded(oneLine(redactText(error.texts.message[context.language])));
      context.stderr.write(`${text[context.language]}\n`);
    }
  };
  try {
    const { ends, exitCode } = await work();
    const wasRenewed = ends.some(({ outcome }) => outcome === 'renewed');
    const failed = ends.find(({ failure }) => failure !== undefined);
    await leave(exitCode, outcomes[exitCode] ?? (wasRenewed ? 'renewed' : 'not-due'), failed?.failure);
    return exitCode;
  } catch (error) {
    const wasInterrupted = error instanceof Interrupted || context.signal.aborted;
    const exitCode = error instanceof AppError ? error.exitCode : 1;
    await leave(exitCode, wasInterrupted ? 'interrupted' : (outcomes[exitCode] ?? 'failed'), error);
    throw error;
  }
}
