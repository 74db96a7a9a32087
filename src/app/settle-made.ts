import type { KeyFacts } from '../core/key-record.js';
import { isMade, isOpen, resolved, type Question } from '../core/question.js';
import type { AccountPaths } from '../store/home.js';
import { readLock } from '../store/lock.js';
import { writeQuestion } from '../store/questions.js';

/** Settles the question of an account whose key is not due, where the run that made the key died before it did so. */
export async function settleMade(
  paths: AccountPaths,
  question: Question | undefined,
  { current }: KeyFacts,
): Promise<Question | undefined> {
  if (!isOpen(question) || !isMade(question, current && Date.parse(current.obtainedAt))) return question;
  // A run that holds the account settles it itself.
  if (await readLock(paths.lock)) return question;
  await writeQuestion(paths, resolved(question));
  return undefined;
}
