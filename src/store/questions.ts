import type { CodeWanted, Question } from '../core/question.js';
import type { AccountPaths } from './home.js';
import { readRecordFile, removeRecordFile, writeRecordFile, type RecordFile, type Warn } from './record-file.js';
import { aBoolean, aNumber, anObject, aString, isoTime, listOf, oneOf, optional, someText, version1 } from './shape.js';

const question = anObject<Question>({
  version: version1,
  id: someText,
  nonce: someText,
  account: someText,
  siteTitle: aString(),
  kind: oneOf('captcha', 'login', '2fa'),
  detail: aString(),
  seen: optional(anObject<NonNullable<Question['seen']>>({ vendor: aString(), page: aString() })),
  code: optional(
    anObject<CodeWanted>({
      attempt: aNumber,
      of: aNumber,
      digits: optional(aNumber),
      canResend: aBoolean,
      note: optional(oneOf('wrong', 'expired', 'unclear', 'wrong-length', 'resent', 'resend-later', 'not-resent')),
      resendAfterS: optional(aNumber),
    }),
  ),
  canBeDoubted: optional(aBoolean),
  keyExpiresAt: optional(isoTime),
  askedAt: isoTime,
  deadlineAt: isoTime,
  state: oneOf('asked', 'ready', 'snoozed', 'declined', 'doubted', 'unanswered', 'resolved'),
  snoozedUntil: optional(isoTime),
  answeredVia: optional(oneOf('card', 'chat', 'terminal', 'unblock')),
  answeredAt: optional(isoTime),
  reached: optional(listOf(oneOf('card', 'terminal'))),
  message: optional(
    anObject<NonNullable<Question['message']>>({
      messageId: someText,
      chatId: aString(),
      createdAtMs: optional(aNumber),
      imageKey: optional(someText),
    }),
  ),
  reminders: optional(aNumber),
  screenshotPath: optional(aString()),
  runId: someText,
});

const questionFile = (paths: AccountPaths): RecordFile<Question> => ({
  path: paths.question,
  check: question,
  twice: true,
});

/** Undefined when nothing is asked. A damaged one is an error: asking again blindly could make a storm. */
export async function readQuestion(paths: AccountPaths, warn?: Warn): Promise<Question | undefined> {
  return readRecordFile(questionFile(paths), warn);
}

export async function writeQuestion(paths: AccountPaths, asked: Question, warn?: Warn): Promise<void> {
  await writeRecordFile(questionFile(paths), asked, warn);
}

/** Says whether there was one. */
export async function removeQuestion(paths: AccountPaths): Promise<boolean> {
  return removeRecordFile(questionFile(paths));
}
