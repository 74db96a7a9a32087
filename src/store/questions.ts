import { question, type Question, type QuestionStore } from '../core/question.js';
import { onFileChange } from '../lib/on-file-change.js';
import type { AccountPaths } from './home.js';
import { recordsIn, type RecordFile, type Warn } from './record-file.js';

/** Undefined when no question is open. Rejects for a damaged record: asking again blindly could flood the owner. */
export const { read: readQuestion, write: writeQuestion } = recordsIn((paths: AccountPaths): RecordFile<Question> => ({
  path: paths.question,
  schema: question,
  twice: true,
}));

export const questionStore = (paths: AccountPaths, warn?: Warn): QuestionStore => ({
  read: () => readQuestion(paths, warn),
  write: (asked) => writeQuestion(paths, asked, warn),
  onChange: (handle) => onFileChange(paths.question, handle),
});
