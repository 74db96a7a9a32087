import { createInterface } from 'node:readline';
import type { Notice } from '../core/owner-ports.js';
import { AppError, reasonText } from '../lib/app-error.js';
import { sshCommand } from '../lib/page-reach.js';
import { timeText } from '../lib/show-time.js';
import { noticeTexts } from '../messages/notices.js';
import { progressTexts } from '../messages/progress.js';
import { resultTexts } from '../messages/results.js';
import type { AccountContext } from './container.js';
import type { RunContext } from './run-context.js';

const texts = progressTexts.takeover;

/** At a terminal, `l` and Enter give a new link. The result ends that. */
export function offerNewLinks(run: RunContext, account: AccountContext): () => void {
  const { stdin } = run.context;
  if (stdin.isTTY !== true) return () => undefined;
  account.say(texts.newLinkKey);
  const lines = createInterface({ input: stdin });
  lines.on('line', (line) => {
    if (line.trim().toLowerCase() === 'l') void sendLink(run, account);
  });
  return () => lines.close();
}

/**
 * Gives the owner a new link to the account's takeover page: in Feishu if `takeover.publicUrl` is set, and at the
 * terminal. The link before it ends. Never rejects; false when no page is open.
 */
export async function sendLink(
  run: RunContext,
  account: Pick<AccountContext, 'config' | 'profile' | 'say' | 'log'>,
): Promise<boolean> {
  const { config, profile, say, log } = account;
  const { publicUrl } = run.settings.takeover;
  let found;
  try {
    found = await run.listener.newLink(config.name);
  } catch (error) {
    log.warn({ err: error }, 'the takeover page cannot be reached');
    const why = error instanceof AppError ? texts.failure(reasonText(error), error.texts.hint) : resultTexts.unforeseen;
    say(texts.notStarted(why));
    return true;
  }
  if (!found) return false;
  const { link, until, port } = found;
  const time = timeText(new Date(until).toISOString());
  // The link opens the signed-in page: it goes to a person's terminal or chat, never into a timer's journal.
  if (run.isRemote || run.context.stderr.isTTY === true) {
    say(texts.link(link, time, publicUrl ? undefined : sshCommand(port)));
  } else if (!publicUrl || !run.feishu) {
    say(texts.noLink(config.name));
  }
  if (!publicUrl || !run.feishu) return true;
  const { language } = run;
  const notice: Notice = {
    level: 'warning',
    account: config.name,
    siteTitle: profile.title,
    title: noticeTexts.takeover[language],
    lines: [{ markdown: `[${noticeTexts.openPage[language]}](${link})` }, noticeTexts.linkWorksOnce(time)[language]],
    canRenewLink: true,
  };
  await run.notify(notice);
  return true;
}
