import { answered, isOpen, mayHaveReply, type Question } from '../core/question.js';
import { listAccounts } from '../store/accounts.js';
import { accountPaths } from '../store/home.js';
import { readLock } from '../store/lock.js';
import { readQuestion } from '../store/questions.js';
import type { AccountContext } from './container.js';
import type { RunContext } from './run-context.js';
import { watchHolder } from './watch/watch-lock.js';

/** Reads the chat for an answer that came after a run had stopped waiting, and stores it with the question. */
export async function hearLateReply(
  run: RunContext,
  { paths, questions, history, log }: Pick<AccountContext, 'paths' | 'questions' | 'history' | 'log'>,
): Promise<Question | undefined> {
  const question = await questions.read();
  const { feishu, home, context } = run;
  if (!feishu || !('lateReply' in feishu) || !mayHaveReply(question)) return question;
  // A process that listens gets the answers itself.
  if ((await watchHolder(home)) || (await readLock(paths.lock))) return question;
  try {
    const reply = await feishu.lateReply(question, await otherQuestions(home, question), context.signal);
    if (!reply) return question;
    const next = answered(question, reply.answer, context.clock.now());
    await questions.write(next);
    await history('answer', { answer: reply.answer.decision.kind, via: 'chat', question: question.id });
    run.later(reply.respond());
    return next;
  } catch (error) {
    log.warn({ err: error }, 'the replies in Feishu could not be read');
    return question;
  }
}

async function otherQuestions(home: string, { account }: Question): Promise<Question[]> {
  const { accounts } = await listAccounts(home);
  const others = accounts.filter(({ name }) => name !== account);
  const read = others.map(({ name }) => readQuestion(accountPaths(home, name)).catch(() => undefined));
  return (await Promise.all(read)).filter(isOpen);
}
