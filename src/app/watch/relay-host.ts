import type { AnswerChannel, AskedQuestion } from '../../core/owner-ports.js';
import type { Log } from '../../lib/log.js';
import { nextAllowedTime, type QuietHours } from '../../lib/quiet-hours.js';
import { openLine, type LinePort } from '../../worker/line.js';
import type { RelayedAnswer, RelayedEnd, RelayedQuestion } from './relay-channel.js';

export interface RelayHostOptions {
  /** What the settings name at the time of a question. */
  readonly services: () => { readonly channel?: AnswerChannel; readonly quiet?: QuietHours };
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * The watch's side of the relay: sends a renewal's question over its own Feishu connection and returns the answers.
 * @returns a function that ends all questions of this renewal, once its process has ended
 */
export function hostRelay(port: LinePort, { services, log, now }: RelayHostOptions): () => Promise<void> {
  const asked = new Map<string, Promise<AskedQuestion>>();
  const ending = new AbortController();
  const line = openLine(port, {
    ask: async (relayed: RelayedQuestion, signal: AbortSignal) => {
      const { account, nonce } = relayed.question;
      const asking = ask(relayed, AbortSignal.any([signal, ending.signal]));
      asked.set(nonce, asking);
      try {
        return (await asking).message;
      } catch (error) {
        log.warn({ account, err: error }, "a renewal's question could not be shown");
        throw error;
      }
    },
    settle: async ({ id, end }: RelayedEnd) => {
      const settled = asked.get(id);
      asked.delete(id);
      await (await settled)?.settle(end);
    },
  });
  const ask = async ({ question, screenshot }: RelayedQuestion, signal: AbortSignal): Promise<AskedQuestion> => {
    const { channel, quiet } = services();
    if (!channel) throw new Error('the watch has no connection to Feishu');
    const { keyExpiresAt = '', nonce: id } = question;
    if (nextAllowedTime(now(), quiet, Date.parse(keyExpiresAt) || undefined) > now())
      throw new Error('these are quiet hours');
    let isAnswered = false;
    return channel.ask(question, {
      screenshot,
      signal,
      onAnswer: (decision, via) => {
        if (isAnswered) return { accepted: false, reason: 'already-answered' };
        if (!(now() <= Date.parse(question.deadlineAt))) return { accepted: false, reason: 'too-late' };
        isAnswered = true;
        line.notify('answer', { id, decision, via } satisfies RelayedAnswer);
        return { accepted: true };
      },
    });
  };
  return async () => {
    ending.abort(new Error('the renewal has ended'));
    const open = [...asked.values()];
    asked.clear();
    for (const question of open) await (await question.catch(() => undefined))?.settle({ kind: 'unanswered' });
  };
}
