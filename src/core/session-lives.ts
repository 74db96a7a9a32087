export interface SessionEvent {
  readonly at: string;
  readonly event: string;
  readonly [detail: string]: unknown;
}

/**
 * Extracts sessions from an account's history, oldest event first. A session starts with a sign-in, or with a key
 * renewed in the visible browser after a sign-in was requested. It ends when a sign-in is requested. `livesMs` are the
 * lifetimes of those with both; `bornAt` is the start of the current one, in epoch milliseconds, where it is known.
 */
export function sessionLives(events: readonly SessionEvent[]) {
  const livesMs: number[] = [];
  let bornAt: number | undefined;
  let wantsSignIn = false;
  for (const event of events) {
    const at = Date.parse(event.at);
    if (Number.isNaN(at)) continue;
    if (event.event === 'question' && event['kind'] === 'login') {
      if (bornAt !== undefined && at > bornAt) livesMs.push(at - bornAt);
      bornAt = undefined;
      wantsSignIn = true;
    } else if (
      event.event === 'signed-in' ||
      (event.event === 'key-published' && event['rung'] === 'headed' && wantsSignIn)
    ) {
      // The person signed in while the old session was alive, so the lifetime of the old one stays unknown.
      bornAt = at;
      wantsSignIn = false;
    }
  }
  return { livesMs, bornAt };
}
