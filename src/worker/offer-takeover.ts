import type { BrowserSession } from '../browser/open-session.js';
import { AppError, reasonText } from '../lib/app-error.js';
import type { Challenge } from '../core/outcome.js';
import { progressTexts } from '../messages/progress.js';
import { resultTexts } from '../messages/results.js';
import type { Text } from '../messages/text.js';
import type { PersonAtBrowser } from '../core/ports.js';
import type { Takeover } from '../takeover/start-takeover.js';
import type { Log } from '../lib/log.js';
import type { ResolvedProfile } from '../site/resolve-profile.js';
import type { WorkerOrder } from './orders.js';

const texts = progressTexts.takeover;

interface TakenAccount {
  readonly order: WorkerOrder;
  readonly profile: ResolvedProfile;
  readonly log: Log;
  readonly say: (text: Text) => void;
  /** Tells the supervisor that the page can be reached. It gives the owner a link. */
  readonly onReady: () => void;
  readonly signal: AbortSignal;
}

/** Without a visible window, the owner gets a link to the page. */
export function offerTakeover(taken: TakenAccount, session: BrowserSession, person: PersonAtBrowser) {
  const { order, profile, log, say, onReady, signal } = taken;
  let takeover: Promise<Takeover | undefined> | undefined;
  let hasGivenUp = false;
  let hasEnded = false;

  const start = async (challenge: Challenge, earlier?: Takeover): Promise<Takeover | undefined> => {
    await earlier?.close();
    hasEnded = false;
    const { startTakeover } = await import('../takeover/start-takeover.js');
    try {
      const started = await startTakeover({
        session,
        home: order.home,
        account: order.account,
        siteTitle: profile.title,
        kind: challenge.kind,
        allowedOrigins: [new URL(profile.baseUrl).origin, new URL(profile.session.loginUrl).origin],
        ...order.takeover,
        deadlineAt: person.deadlineAt,
        log,
        signal,
      });
      void started.ended.then((end) => {
        hasEnded = true;
        if (end === 'gave-up') hasGivenUp = true;
        // That the way is clear is said by the run that goes on.
        if (end !== 'resolved') say(texts.ended[end]);
      });
      onReady();
      return started;
    } catch (error) {
      // The window stays open for a person who can see the display.
      log.warn({ err: error }, 'the takeover page did not start');
      const why =
        error instanceof AppError ? texts.failure(reasonText(error), error.texts.hint) : resultTexts.unforeseen;
      say(texts.notStarted(why));
      return undefined;
    }
  };

  return {
    /** Takes the place of the person at this machine: the one at the takeover page. */
    person: {
      // Giving up on the phone ends the wait at once.
      get deadlineAt() {
        return hasGivenUp ? 0 : person.deadlineAt;
      },
      get hasGivenUp() {
        return hasGivenUp;
      },
      signal: person.signal,
      onNeeded: (challenge: Challenge) => {
        person.onNeeded(challenge);
        // Once a challenge is cleared its page has ended, and the next challenge gets another.
        if (!takeover || hasEnded) takeover = Promise.resolve(takeover).then((earlier) => start(challenge, earlier));
      },
      onCleared: () => {
        person.onCleared();
        void takeover?.then((started) => started?.resolved());
      },
    } satisfies PersonAtBrowser,
    /** Never rejects. */
    close: async () => {
      await (await takeover)?.close();
    },
  };
}
