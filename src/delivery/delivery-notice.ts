import type { Notice, NoticeLine } from '../core/owner-ports.js';
import type { DeliveryEnd } from './deliver-key.js';
import type { DeliveryRecord } from '../core/delivery-record.js';
import { noticeTexts as texts } from '../messages/notices.js';
import { same, type Language } from '../messages/text.js';

const hourMs = 3_600_000;

/** The failures as one string, so that the owner is not notified of the same failures twice. */
export function troubleOf(ends: readonly DeliveryEnd[]): string {
  const failures = ends.flatMap(({ name, failure }) => (failure ? [`${name} ${failure.code}`] : []));
  return failures.sort().join(', ');
}

/**
 * Which notice is due. `trouble`: at once when consumers are left without the key or when the failures change, then
 * every six hours, because the old key is dead or about to die. `relief`: once, when every consumer has the key again.
 */
export function noticeDue(told: DeliveryRecord['told'], trouble: string, now: number) {
  if (trouble === '') return told ? 'relief' : undefined;
  if (told?.what !== trouble) return 'trouble';
  const agoMs = now - Date.parse(told.at);
  return agoMs >= 6 * hourMs || agoMs < 0 ? 'trouble' : undefined;
}

type Reader = Readonly<{ account: string; language: Language }>;

function troubleLines(ends: readonly DeliveryEnd[], { account, language }: Reader): NoticeLine[] {
  const lines = ends.flatMap(({ isHook, name, failure }) => {
    if (!failure) return [];
    const reason = same(`${failure.message} [${failure.code}]`);
    return [(isHook ? texts.hookFailed : texts.targetFailed)(name, reason)[language]];
  });
  if (lines.length === 0) return [];
  return [...lines, texts.deliverAgain[language], { command: `keyturn deliver ${account}` }];
}

export function deliveryNotice(
  what: 'trouble' | 'relief',
  ends: readonly DeliveryEnd[],
  reader: Reader & { readonly siteTitle: string },
): Notice {
  const { account, siteTitle, language } = reader;
  const base = { account, siteTitle };
  if (what === 'relief') {
    const lines = [texts.deliveredTo(ends.map((end) => end.name).join(', '))[language]];
    return { ...base, level: 'success', title: texts.delivered[language], lines };
  }
  const lines = [texts.isSafe[language], ...troubleLines(ends, reader)];
  return { ...base, level: 'failure', title: texts.undelivered[language], lines };
}

export function withTrouble(notice: Notice, ends: readonly DeliveryEnd[], reader: Reader): Notice {
  const lines = troubleLines(ends, reader);
  return lines.length === 0 ? notice : { ...notice, level: 'failure', lines: [...notice.lines, ...lines] };
}
