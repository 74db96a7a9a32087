import { durationText } from '../../lib/duration.js';
import { noticeTexts } from '../../messages/notices.js';
import type { Language } from '../../messages/text.js';
import type { Notice } from '../../core/owner-ports.js';
import { usualSpan, type Forecast } from '../../core/forecast.js';

/** Builds the message that tells the owner when the session will probably end. */
export function forecastNotice(
  account: { readonly name: string; readonly site: string },
  forecast: Forecast,
  { now, language }: { readonly now: number; readonly language: Language },
): Notice {
  const left = durationText(Math.max(60_000, forecast.diesAt - now));
  return {
    level: 'warning',
    account: account.name,
    siteTitle: account.site,
    title: noticeTexts.signInEnds[language],
    lines: [
      { markdown: noticeTexts.usualLife(usualSpan(forecast.usualMs), left)[language] },
      noticeTexts.signInTonight[language],
      { command: `keyturn login ${account.name}` },
      noticeTexts.orLater[language],
    ],
  };
}
