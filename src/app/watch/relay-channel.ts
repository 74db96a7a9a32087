import type { AnswerChannel, AskedQuestion, QuestionEnd } from '../../core/owner-ports.js';
import type { AnswerVia, Decision, Question } from '../../core/question.js';

/** The connection between a renewal's process and the watch that started it. */
export interface RelayPort {
  readonly send: (message: object) => void;
  /** Returns a function that stops listening. */
  readonly listen: (onMessage: (message: unknown) => void, onClosed: () => void) => () => void;
}

/** From the renewal to the watch. */
export type RelayRequest =
  | { readonly relay: 'ask'; readonly id: string; readonly question: Question; readonly screenshot?: string }
  | { readonly relay: 'settle'; readonly id: string; readonly end: QuestionEnd };

/** From the watch to the renewal. Carries a code's digits, which are stored nowhere. */
export type RelayReply =
  | { readonly relay: 'asked'; readonly id: string; readonly message?: Question['message'] }
  | { readonly relay: 'failed'; readonly id: string; readonly problem: string }
  | { readonly relay: 'answer'; readonly id: string; readonly decision: Decision; readonly via?: AnswerVia };

/** Asks through the watch's connection: the answer must reach this process's open page and must not touch the disk. */
export function createRelayChannel(port: RelayPort): AnswerChannel {
  return {
    via: 'card',
    ask: (question, { screenshot, onAnswer, signal }) =>
      new Promise<AskedQuestion>((resolve, reject) => {
        const id = question.nonce;
        const stop = port.listen(
          (raw) => {
            const message = raw as Partial<RelayReply> | null;
            if (message?.id !== id) return;
            switch (message.relay) {
              case 'asked':
                isAsked = true;
                resolve({
                  message: message.message,
                  settle: (end) => {
                    stop();
                    port.send({ relay: 'settle', id, end } satisfies RelayRequest);
                    return Promise.resolve();
                  },
                });
                return;
              case 'answer':
                if (message.decision) onAnswer(message.decision, message.via);
                return;
              default:
                stop();
                reject(new Error(message.relay === 'failed' ? message.problem : 'an unknown word of the watch'));
            }
          },
          () => give('the watch has ended'),
        );
        let isAsked = false;
        const give = (why: string) => {
          if (isAsked) return;
          stop();
          reject(new Error(why));
        };
        signal.addEventListener('abort', () => give('the question has ended'), { once: true });
        port.send({ relay: 'ask', id, question, screenshot: screenshot?.toString('base64') } satisfies RelayRequest);
      }),
  };
}
