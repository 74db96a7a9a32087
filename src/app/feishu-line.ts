import type { FeishuChannel } from '../feishu/feishu-channel.js';
import type { FeishuClient } from '../feishu/feishu-client.js';
import type { FeishuSettings } from '../feishu/feishu-settings.js';
import type { AnswerChannel, Notifier } from '../core/owner-ports.js';
import type { Question } from '../core/question.js';
import type { Log } from '../lib/log.js';
import { pageReach } from '../lib/page-reach.js';
import type { Settings } from '../store/settings.js';
import type { Language } from '../messages/text.js';

/** The Feishu settings, or the names of those that are missing. */
export function feishuSettings(
  settings: Settings,
  language: Language,
): { readonly ready: FeishuSettings } | { readonly missing: readonly string[] } {
  const { appId, appSecret, receiver, ...others } = settings.feishu;
  if (appId && appSecret && receiver) return { ready: { appId, appSecret, receiver, ...others, language } };
  const wanted = { 'feishu.appId': appId, 'feishu.appSecret': appSecret, 'feishu.receiver': receiver };
  return { missing: Object.entries(wanted).flatMap(([key, value]) => (value ? [] : [key])) };
}

/** The owner's Feishu for one run: one client, one long connection, nothing loaded before it is used. */
export function feishuLine(
  settings: Settings,
  language: Language,
  deps: {
    readonly log: Log;
    readonly env: NodeJS.ProcessEnv;
    readonly now: () => number;
    /** See the option of the channel. */
    readonly onLinkWanted: (account: string | undefined) => Promise<boolean>;
    /** False where another process holds the one connection that gets the answers. */
    readonly mayListen?: () => Promise<boolean>;
    /** See the option of the channel. */
    readonly nextRunAt?: () => Promise<number | undefined>;
    readonly keep?: { readonly staysOpen: boolean; readonly closeTimeoutMs: number };
  },
) {
  const feishu = feishuSettings(settings, language);
  if (!('ready' in feishu)) return undefined;
  const { log, env, now, keep, onLinkWanted, nextRunAt, mayListen = () => Promise.resolve(true) } = deps;

  const reach = pageReach(settings.takeover, env);
  let client: Promise<FeishuClient> | undefined;
  let channel: Promise<FeishuChannel> | undefined;
  const theClient = () =>
    (client ??= import('../feishu/feishu-client.js').then(({ createFeishuClient }) =>
      createFeishuClient({ settings: feishu.ready, log, env }),
    ));
  const openChannel = async () => {
    const { createFeishuChannel } = await import('../feishu/feishu-channel.js');
    // The channel stays open for a while, because a wrong code is asked for again soon.
    const options = { reach, onLinkWanted, nextRunAt, log, now, lingerMs: 15_000, ...keep };
    return createFeishuChannel({ client: await theClient(), ...options });
  };
  const theChannel = () => (channel ??= openChannel());
  return {
    /** The loaded channel, for a process that listens all the time. Rejects when the settings are wrong. */
    openChannel: theChannel,
    channel: {
      via: 'card',
      ask: async (question, options) => (await theChannel()).ask(question, options),
    } satisfies AnswerChannel,
    notifier: {
      notify: async (notice) => {
        const { sendNotice } = await import('../feishu/send-notice.js');
        const sent = await sendNotice(notice, { client: await theClient(), log });
        if (notice.canRenewLink && sent.message && (await mayListen())) (await theChannel()).linkSent(sent.message);
        return sent;
      },
    } satisfies Notifier,
    /** See {@link LateReply}. `others`: the open questions of the other accounts. */
    lateReply: async (question: Question, others: readonly Question[], signal: AbortSignal) => {
      const { readLateReply } = await import('../feishu/late-replies.js');
      return readLateReply(question, { client: await theClient(), reach, others, log, now, signal });
    },
    /** Sends what is still to be sent, then ends the long connection. Never rejects. */
    close: async () => {
      await (await channel?.catch(() => undefined))?.close();
      (await client?.catch(() => undefined))?.close();
    },
  };
}
