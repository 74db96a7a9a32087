import { noticeTexts } from '../../messages/notices.js';
import type { Language, Text } from '../../messages/text.js';
import type { Notice } from '../../core/owner-ports.js';
import type { Question } from '../../core/question.js';

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
