export interface Progress {
  step(account: string, method: string, step: string): void;
  say(line: string): void;
}
