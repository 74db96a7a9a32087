import type { Step } from '../messages/progress.js';

export interface Progress {
  step(account: string, method: string, step: Step): void;
  say(line: string): void;
}
