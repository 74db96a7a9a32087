import { randomBytes } from 'node:crypto';

/** One id through the log, the history and the messages of a run. */
export function newRunId(): string {
  return `run_${randomBytes(5).toString('hex')}`;
}
