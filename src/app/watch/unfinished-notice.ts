import type { Notice } from '../../core/owner-ports.js';
import type { Question } from '../../core/question.js';

/** The notice after a headed run that did not renew: the person answered, and is waiting. */
export function unfinishedNotice(question: Question, problem: string | undefined, language: 'zh' | 'en'): Notice {
  const zh = language === 'zh';
  return {
    level: 'failure',
    account: question.account,
    siteTitle: question.siteTitle,
    title: zh ? '还没有完成' : 'Not finished yet',
    lines: [
      ...(problem === undefined ? [] : [`${zh ? '原因' : 'Why'}: ${problem}`]),
      zh ? '稍后会再提醒；也可以在电脑上运行：' : 'You will be reminded later; or run on the computer:',
      { command: `keyturn unblock ${question.account}` },
    ],
  };
}
