import { noticeTexts } from '../messages/notices.js';
import { progressTexts } from '../messages/progress.js';
import type { TakeoverLink } from '../worker/orders.js';
import type { AccountContext } from './container.js';
import type { RunContext } from './run-context.js';

const texts = progressTexts.takeover;

/** Gives the link of a takeover page to the owner: in Feishu if `takeover.publicUrl` is set, and at the terminal. */
export async function sendLink(
  run: RunContext,
  { config, profile, say }: AccountContext,
  { link, port }: TakeoverLink,
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
  await run.notify({
    level: 'warning',
    account: config.name,
    siteTitle: profile.title,
    title: noticeTexts.takeover[language],
    lines: [{ markdown: `[${noticeTexts.openPage[language]}](${link})` }, noticeTexts.linkWorksOnce[language]],
  });
}
