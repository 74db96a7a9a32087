import { durationText } from '../../lib/duration.js';
import { noticeTexts } from '../../messages/notices.js';
import type { Language, Text } from '../../messages/text.js';
import type { Notice } from '../../core/owner-ports.js';
import type { Question } from '../../core/question.js';
import { usualSpan, type Forecast } from '../../core/forecast.js';

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

/** The notice after a headed run that did not renew: the person answered, and is waiting. */
export function unfinishedNotice(question: Question, problem: Text | undefined, language: Language): Notice {
  return {
    level: 'failure',
    account: question.account,
    siteTitle: question.siteTitle,
    title: noticeTexts.unfinished[language],
    lines: [
      ...(problem === undefined ? [] : [noticeTexts.why(problem)[language]]),
      noticeTexts.remindedLater[language],
      { command: `keyturn unblock ${question.account}` },
    ],
  };
}
