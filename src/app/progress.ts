export interface Progress {
  step(account: string, method: string, step: string): void;
  /** The account needs no live line any more. */
  done(account: string): void;
  /** A line that stays. */
  say(line: string): void;
  /** Leaves the terminal to a prompt, or takes it back. */
  pause(): void;
  resume(): void;
  close(): void;
}
