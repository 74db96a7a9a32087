import type { CodeWanted, Question } from '../core/question.js';
import type { AccountPaths } from './home.js';
import { readRecordFile, writeRecordFile, type RecordFile, type Warn } from './record-file.js';
import {
  boolean,
  isoTime,
  listOf,
  nonEmptyString,
  number,
  object,
  oneOf,
  optional,
  string,
  version1,
} from './validate.js';

const question = object<Question>({
  version: version1,
  id: nonEmptyString,
  nonce: nonEmptyString,
  account: nonEmptyString,
  siteTitle: string(),
  kind: oneOf('captcha', 'login', '2fa'),
  detail: string(),
  seen: optional(object<NonNullable<Question['seen']>>({ vendor: string(), page: string() })),
  code: optional(
    object<CodeWanted>({
      attempt: number,
      of: number,
      digits: optional(number),
      canResend: boolean,
      note: optional(oneOf('wrong', 'expired', 'unclear', 'wrong-length', 'resent', 'resend-later', 'not-resent')),
      resendAfterS: optional(number),
    }),
  ),
  canBeDoubted: optional(boolean),
  keyExpiresAt: optional(isoTime),
  askedAt: isoTime,
  deadlineAt: isoTime,
  state: oneOf('asked', 'ready', 'snoozed', 'declined', 'doubted', 'unanswered', 'resolved'),
  snoozedUntil: optional(isoTime),
  answeredVia: optional(oneOf('card', 'chat', 'terminal', 'unblock')),
  answeredAt: optional(isoTime),
  reached: optional(listOf(oneOf('card', 'terminal'))),
  message: optional(
    object<NonNullable<Question['message']>>({
      messageId: nonEmptyString,
      chatId: string(),
      createdAtMs: optional(number),
      imageKey: optional(nonEmptyString),
    }),
  ),
  reminders: optional(number),
  screenshotPath: optional(string()),
  runId: nonEmptyString,
});

const questionFile = (paths: AccountPaths): RecordFile<Question> => ({
  path: paths.question,
  schema: question,
  twice: true,
});

/** Undefined when no question is open. Rejects for a damaged record: asking again blindly could flood the owner. */
export async function readQuestion(paths: AccountPaths, warn?: Warn): Promise<Question | undefined> {
  return readRecordFile(questionFile(paths), warn);
}

export async function writeQuestion(paths: AccountPaths, asked: Question, warn?: Warn): Promise<void> {
  await writeRecordFile(questionFile(paths), asked, warn);
}
