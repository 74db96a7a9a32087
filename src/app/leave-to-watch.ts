import type { HandoffResult, Question } from '../core/question.js';
import type { Evidence } from '../core/outcome.js';
import { watchHolder } from './watch/watch-lock.js';
import type { ProcessContext } from './process-context.js';
import type { AccountContext, RunContext } from './context.js';

/** Whether `keyturn watch` runs for this home and can ask in Feishu: it holds the one long connection there. */
export async function watchAsks(run: RunContext): Promise<boolean> {
  return run.feishu !== undefined && (await watchHolder(run.home)) !== undefined;
}

/** Somebody sits at the terminal that this run belongs to. */
export function hasKeyboard({ stdin, stderr }: ProcessContext): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}

/** Puts the question on disk as one that nobody was shown yet; the watch sees it there and asks. */
export async function leaveToWatch(
  account: AccountContext,
  question: Question,
  earlier: Question | undefined,
  evidence: Evidence | undefined,
): Promise<HandoffResult> {
  // The card of an earlier asking is replaced by the new one, wherever it stands.
  const isSame = earlier !== undefined && earlier.state !== 'resolved';
  await account.questions.write({
    ...question,
    id: isSame ? earlier.id : question.id,
    message: isSame ? earlier.message : undefined,
    reminders: isSame ? earlier.reminders : undefined,
    state: 'asked',
    // By the time of an answer the page is closed.
    code: undefined,
    reached: undefined,
    screenshotPath: evidence?.screenshotPath,
  });
  return { kind: 'unanswered', asked: true, leftToWatch: true };
}
