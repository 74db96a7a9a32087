import { AppError } from '../lib/app-error.js';
import type { Notice } from '../core/owner-ports.js';
import type { Log } from '../lib/log.js';
import { cardAsText } from './card-as-text.js';
import { noticeCard } from './cards.js';
import type { FeishuClient } from './feishu-client.js';
import type { SentMessage } from './types.js';

/** Sends the owner the outcome of a run as a card in the direct chat. Gives up after `timeoutMs` (15 s). Never rejects. */
export async function sendNotice(
  notice: Notice,
  { client, log, timeoutMs = 15_000 }: { client: FeishuClient; log: Log; timeoutMs?: number },
): Promise<{ readonly delivered: boolean; readonly problem?: string; readonly message?: SentMessage }> {
  const { account, level } = notice;
  try {
    const { language, answers } = client.settings;
    const card = (hasButtons: boolean) => noticeCard(notice, { language, hasButtons });
    const message = await client.sendCard(card(answers !== 'polling'), {
      signal: AbortSignal.timeout(timeoutMs),
      orText: () => cardAsText(card(false)),
    });
    log.info({ account, level, messageId: message.messageId }, 'the owner was told in Feishu');
    return { delivered: true, message };
  } catch (error) {
    const problem = error instanceof AppError ? error.message : 'the message could not be made';
    log.warn({ account, level, err: error }, `the owner was not told: ${problem}`);
    return { delivered: false, problem };
  }
}
