import type { BrowserSession } from '../browser/browser-session.js';
import { AppError, reasonText } from '../errors/app-error.js';
import type { Challenge } from '../core/outcome.js';
import { noticeTexts } from '../messages/notices.js';
import { accountLine, progressTexts } from '../messages/progress.js';
import { resultTexts } from '../messages/results.js';
import type { Text } from '../messages/text.js';
import type { PersonAtBrowser } from '../core/ports.js';
import type { Takeover } from '../takeover/start-takeover.js';
import type { AccountContext, RunContext } from './context.js';

const texts = progressTexts.takeover;

export interface TakenOver {
  /** Takes the place of the person at this machine: the one at the takeover page. */
  readonly person: PersonAtBrowser;
  /** Never rejects. */
  close(): Promise<void>;
}

/** Without a visible window, the owner gets a link: in Feishu if `takeover.publicUrl` is set, and at the terminal. */
export function offerTakeover(
  run: RunContext,
  account: Pick<AccountContext, 'config' | 'profile' | 'log'>,
  session: BrowserSession,
  person: PersonAtBrowser,
): TakenOver {
  const { config, profile, log } = account;
  const say = (text: Text) => run.say(accountLine(run.context.language, config.name, text));
  let takeover: Promise<Takeover | undefined> | undefined;
  let hasGivenUp = false;

  const start = async (challenge: Challenge): Promise<Takeover | undefined> => {
    const { settings, context } = run;
    const { startTakeover } = await import('../takeover/start-takeover.js');
    try {
      const started = await startTakeover({
        session,
        account: config.name,
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
        if (end === 'gave-up') hasGivenUp = true;
        say(texts.ended(end));
      });
      await notifyOwner(run, account, started, say);
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
    person: {
      // Giving up on the phone ends the wait at once.
      get deadlineAt() {
        return hasGivenUp ? 0 : person.deadlineAt;
      },
      get hasGivenUp() {
        return hasGivenUp;
      },
      signal: person.signal,
      onNeeded: (challenge) => {
        person.onNeeded(challenge);
        takeover ??= start(challenge);
      },
      onCleared: () => {
        person.onCleared();
        void takeover?.then((started) => started?.resolved());
      },
    },
    close: async () => {
      await (await takeover)?.close();
    },
  };
}

async function notifyOwner(
  run: RunContext,
  { config, profile }: Pick<AccountContext, 'config' | 'profile'>,
  { link, port }: Takeover,
  say: (text: Text) => void,
): Promise<void> {
  const { publicUrl } = run.settings.takeover;
  // The link opens the signed-in page: it goes to a person's terminal or chat, never into a timer's journal.
  if (run.isRemote || run.context.stderr.isTTY === true) {
    say(texts.link(link, publicUrl ? undefined : `ssh -L ${port}:127.0.0.1:${port} THIS-MACHINE`));
  } else if (!publicUrl || !run.feishu) {
    say(texts.noLink(config.name));
  }
  if (!publicUrl || !run.feishu) return;
  const { language } = run;
  const told = await run.feishu.notifier.notify({
    level: 'warning',
    account: config.name,
    siteTitle: profile.title,
    title: noticeTexts.takeover[language],
    lines: [{ markdown: `[${noticeTexts.openPage[language]}](${link})` }, noticeTexts.linkWorksOnce[language]],
  });
  if (!told.delivered) say(progressTexts.messageNotDelivered(told.problem));
}
