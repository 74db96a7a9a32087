import type { BrowserSession } from '../browser/browser-session.js';
import { AppError, reasonText } from '../lib/app-error.js';
import type { Challenge } from '../core/outcome.js';
import { noticeTexts } from '../messages/notices.js';
import { progressTexts } from '../messages/progress.js';
import { resultTexts } from '../messages/results.js';
import type { Text } from '../messages/text.js';
import type { PersonAtBrowser } from '../core/ports.js';
import type { Takeover } from '../takeover/start-takeover.js';
import type { Log } from '../lib/log.js';
import type { ResolvedProfile } from '../site/resolve-profile.js';
import type { RunContext } from './run-context.js';

const texts = progressTexts.takeover;

interface TakenAccount {
  readonly account: string;
  readonly profile: ResolvedProfile;
  readonly log: Log;
  readonly say: (text: Text) => void;
}

export type TakenOver = ReturnType<typeof offerTakeover>;

/** Without a visible window, the owner gets a link: in Feishu if `takeover.publicUrl` is set, and at the terminal. */
export function offerTakeover(run: RunContext, taken: TakenAccount, session: BrowserSession, person: PersonAtBrowser) {
  const { account, profile, log, say } = taken;
  let takeover: Promise<Takeover | undefined> | undefined;
  let hasGivenUp = false;
  let hasEnded = false;

  const start = async (challenge: Challenge, earlier?: Takeover): Promise<Takeover | undefined> => {
    await earlier?.close();
    hasEnded = false;
    const { settings, context } = run;
    const { startTakeover } = await import('../takeover/start-takeover.js');
    try {
      const started = await startTakeover({
        session,
        account,
        siteTitle: profile.title,
        why: { kind: challenge.kind, detail: challenge.vendor === 'generic' ? '' : challenge.vendor },
        allowedOrigins: [new URL(profile.baseUrl).origin, new URL(profile.session.loginUrl).origin],
        ...settings.takeover,
        language: settings.language,
        ttlMs: Math.max(60_000, Math.min(15 * 60_000, person.deadlineAt - context.clock.now())),
        log,
        now: context.clock.now,
        signal: context.signal,
      });
      void started.ended.then((end) => {
        hasEnded = true;
        if (end === 'gave-up') hasGivenUp = true;
        say(texts.ended(end));
      });
      await notifyOwner(run, taken, started);
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

async function notifyOwner(
  run: RunContext,
  { account, profile, say }: TakenAccount,
  { link, port }: Takeover,
): Promise<void> {
  const { publicUrl } = run.settings.takeover;
  // The link opens the signed-in page: it goes to a person's terminal or chat, never into a timer's journal.
  if (run.isRemote || run.context.stderr.isTTY === true) {
    say(texts.link(link, publicUrl ? undefined : `ssh -L ${port}:127.0.0.1:${port} THIS-MACHINE`));
  } else if (!publicUrl || !run.feishu) {
    say(texts.noLink(account));
  }
  if (!publicUrl || !run.feishu) return;
  const { language } = run;
  await run.notify({
    level: 'warning',
    account,
    siteTitle: profile.title,
    title: noticeTexts.takeover[language],
    lines: [{ markdown: `[${noticeTexts.openPage[language]}](${link})` }, noticeTexts.linkWorksOnce[language]],
  });
}
