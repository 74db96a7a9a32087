import { question, type Question, type QuestionStore } from '../core/question.js';
import { onFileChange } from '../lib/on-file-change.js';
import type { AccountPaths } from './home.js';
import { readRecordFile, writeRecordFile, type RecordFile, type Warn } from './record-file.js';

const questionFile = (paths: AccountPaths): RecordFile<Question> => ({
  path: paths.question,
  schema: question,
  twice: true,
});

/** Undefined when no question is open. Rejects for a damaged record: asking again blindly could flood the owner. */
export const readQuestion = (paths: AccountPaths, warn?: Warn) => readRecordFile(questionFile(paths), warn);

export const writeQuestion = (paths: AccountPaths, asked: Question, warn?: Warn) =>
  writeRecordFile(questionFile(paths), asked, warn);

export const questionStore = (paths: AccountPaths, warn?: Warn): QuestionStore => ({
  read: () => readQuestion(paths, warn),
  write: (asked) => writeQuestion(paths, asked, warn),
  onChange: (handle) => onFileChange(paths.question, handle),
});
