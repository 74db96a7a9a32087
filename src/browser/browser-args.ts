const windowArgs = ['--window-size=1280,900', '--hide-crash-restore-bubble'];
/** Keeps Chromium from starting a spare process for the next site, which costs about 80 ms on two cores. */
const leanArgs = ['--renderer-process-limit=1'];

/** If Chromium gets a list of features twice, it uses only the last one: not Playwright's, but that of `own`. */
export function browserArgs(own: readonly string[] = []): string[] {
  return [...windowArgs, ...leanArgs, ...own];
}
