import type { Notice, NoticeLine } from './owner-ports.js';
import { durationText } from '../lib/duration.js';
import { timeText } from '../lib/show-time.js';
import { maskKey } from '../lib/redact.js';
import { asSeen } from './challenge-names.js';
import type { DescribeContext, ResultReport } from './describe-result.js';
import { siteTime } from './is-due.js';
import type { RenewalResult } from './renewal-result.js';
import { reasonText } from '../lib/app-error.js';
import { noticeTexts as texts } from '../messages/notices.js';
import type { Language } from '../messages/text.js';
import { warningTexts } from '../messages/warnings.js';

/** Sent once for each text that the console shows and that is not understood. */
export function expiryNotice(
  shown: string,
  { account, siteTitle, language }: Pick<NoticeOptions, 'account' | 'siteTitle' | 'language'>,
): Notice {
  const lines = [warningTexts.unreadExpiry(shown)[language], { command: `keyturn status ${account}` }];
  return { level: 'warning', account, siteTitle, title: texts.expiryUnread[language], lines };
}

export interface NoticeOptions extends DescribeContext {
  readonly language: Language;
  /** The owner chose to receive the key in the message. */
  readonly includeKey: boolean;
}

export function resultNotice(result: RenewalResult | undefined, report: ResultReport, options: NoticeOptions): Notice {
  const { account, siteTitle, language, record } = options;
  const lines: NoticeLine[] = [];
  if (result?.kind === 'renewed') {
    lines.push(texts.newKey(options.includeKey ? result.key.key : maskKey(result.key.key))[language]);
  }
  const current = record.current;
  if (current?.expiresAt !== undefined) {
    const leftMs = Date.parse(current.expiresAt) - siteTime(record, options.now);
    const span = durationText(leftMs);
    lines.push((leftMs > 0 ? texts.goodUntil : texts.expired)(timeText(current.expiresAt), span)[language]);
  } else if (!current) {
    lines.push(texts.noKey[language]);
  }
  if (report.failure) {
    const reason = reasonText(report.failure);
    const isForPerson = result?.kind === 'person-needed';
    lines.push(texts.why(isForPerson ? asSeen(reason, result.failure) : reason)[language]);
    lines.push({ label: texts.next[language], command: report.failure.in(language).hint });
  } else if (result?.kind === 'renewed' && result.verification.verdict !== 'valid') {
    lines.push(texts.notVerified[language]);
  }
  const level = report.failure ? 'failure' : result?.kind === 'renewed' ? 'success' : 'warning';
  return { level, account, siteTitle, title: texts.titles[report.outcome][language], lines };
}
