import { randomBytes } from 'node:crypto';

/** The id of a run in the log, in the history and in messages. */
export function newRunId(): string {
  return `run_${randomBytes(5).toString('hex')}`;
}
