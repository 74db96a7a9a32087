import type { AnswerChannel, AskOptions, QuestionEnd } from '../../core/owner-ports.js';
import type { AnswerVia, Decision, Question } from '../../core/question.js';
import { openLine, type LinePort } from '../../worker/line.js';

/** From the renewal to the watch. `id`: the question's nonce. */
export interface RelayedQuestion {
  readonly question: Question;
  readonly screenshot?: Buffer;
}
export interface RelayedEnd {
  readonly id: string;
  readonly end: QuestionEnd;
}

/** From the watch to the renewal. Carries a code's digits, which are stored nowhere. */
export interface RelayedAnswer {
  readonly id: string;
  readonly decision: Decision;
  readonly via?: AnswerVia;
}

/** Asks through the watch's connection: the answer must reach this process's open page and must not touch the disk. */
export function createRelayChannel(port: LinePort): AnswerChannel {
  const open = new Map<string, AskOptions['onAnswer']>();
  const line = openLine(port, {
    answer: ({ id, decision, via }: RelayedAnswer) => void open.get(id)?.(decision, via),
  });
  return {
    via: 'card',
    ask: async (question, { screenshot, onAnswer, signal }) => {
      const id = question.nonce;
      open.set(id, onAnswer);
      try {
        const asked: RelayedQuestion = { question, screenshot };
        const message = (await line.call('ask', asked, signal)) as Question['message'];
        const settle = (end: QuestionEnd) => {
          open.delete(id);
          line.notify('settle', { id, end } satisfies RelayedEnd);
          return Promise.resolve();
        };
        return { message, settle };
      } catch (error) {
        open.delete(id);
        throw error;
      }
    },
  };
}
