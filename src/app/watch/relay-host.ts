import type { AnswerChannel, AskedQuestion } from '../../core/owner-ports.js';
import type { Log } from '../../lib/log.js';
import type { RelayReply, RelayRequest } from './relay-channel.js';

export interface RelayHostOptions {
  readonly channel: AnswerChannel;
  /** The reason why the owner may not be asked now; undefined if they may. */
  readonly whyNot: (keyExpiresAt: string | undefined) => string | undefined;
  readonly send: (reply: RelayReply) => void;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** The watch's side of the relay: sends a renewal's question over its own Feishu connection and returns the answers. */
export class RelayHost {
  private readonly asked = new Map<string, Promise<AskedQuestion | undefined>>();
  private readonly ending = new AbortController();

  constructor(private readonly options: RelayHostOptions) {}

  receive(raw: unknown): void {
    const request = raw as Partial<RelayRequest> | null;
    if (request?.id === undefined) return;
    if (request.relay === 'ask' && request.question) {
      this.asked.set(request.id, this.ask(request as RelayRequest & { relay: 'ask' }));
    } else if (request.relay === 'settle' && request.end) {
      const { id, end } = request;
      void this.asked.get(id)?.then((asked) => asked?.settle(end));
      this.asked.delete(id);
    }
  }

  /** Ends all questions of this renewal, because its process has ended. */
  async close(): Promise<void> {
    this.ending.abort(new Error('the renewal has ended'));
    const open = [...this.asked.values()];
    this.asked.clear();
    for (const asked of await Promise.all(open)) await asked?.settle({ kind: 'unanswered' });
  }

  private async ask({ id, question, screenshot }: RelayRequest & { relay: 'ask' }): Promise<AskedQuestion | undefined> {
    const { channel, whyNot, send, log, now } = this.options;
    const problem = whyNot(question.keyExpiresAt);
    if (problem !== undefined) {
      send({ relay: 'failed', id, problem });
      return undefined;
    }
    let isAnswered = false;
    try {
      const asked = await channel.ask(question, {
        screenshot: screenshot === undefined ? undefined : Buffer.from(screenshot, 'base64'),
        signal: this.ending.signal,
        onAnswer: (decision, via) => {
          if (isAnswered) return { accepted: false, reason: 'already-answered' };
          if (!(now() <= Date.parse(question.deadlineAt))) return { accepted: false, reason: 'too-late' };
          isAnswered = true;
          send({ relay: 'answer', id, decision, via });
          return { accepted: true };
        },
      });
      send({ relay: 'asked', id, message: asked.message });
      return asked;
    } catch (error) {
      log.warn({ account: question.account, err: error }, "a renewal's question could not be shown");
      send({ relay: 'failed', id, problem: error instanceof Error ? error.message : 'unknown' });
      return undefined;
    }
  }
}
