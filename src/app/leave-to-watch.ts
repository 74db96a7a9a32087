import type { HandoffResult, Question } from '../core/question.js';
import type { Evidence } from '../core/outcome.js';
import { watchHolder } from './watch/watch-lock.js';
import type { ProcessContext } from './process-context.js';
import type { AccountContext, RunContext } from './context.js';

/** Whether `keyturn watch` runs for this home and can ask in Feishu: it holds the one long connection there. */
export async function watchAsks(run: RunContext): Promise<boolean> {
  return run.feishu !== undefined && (await watchHolder(run.home)) !== undefined;
}

export function hasKeyboard({ stdin, stderr }: ProcessContext): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}

/** Writes the question to disk as one that was not shown yet; the watch finds it there and asks. */
export async function leaveToWatch(
  account: AccountContext,
  question: Question,
  earlier: Question | undefined,
  evidence: Evidence | undefined,
): Promise<HandoffResult> {
  // The new card replaces the card of the earlier question.
  const isSame = earlier !== undefined && earlier.state !== 'resolved';
  await account.questions.write({
    ...question,
    id: isSame ? earlier.id : question.id,
    message: isSame ? earlier.message : undefined,
    reminders: isSame ? earlier.reminders : undefined,
    state: 'asked',
    // The page is closed when the answer comes.
    code: undefined,
    reached: undefined,
    screenshotPath: evidence?.screenshotPath,
  });
  return { kind: 'unanswered', asked: true, leftToWatch: true };
}
