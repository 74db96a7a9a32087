import type { Log } from '../../lib/log.js';

/** A minute of silence is normal: a look that finds nothing to do pings no more often than this. */
const leastGapMs = 5 * 60_000;
const timeoutMs = 10_000;

/** Tells an uptime service that this process lives. The address is a secret of its own kind: whoever has it can ping. */
export class Heartbeat {
  private lastAt: number | undefined;
  private wasWell = true;

  constructor(
    private readonly url: string,
    private readonly log: Log,
    private readonly now: () => number,
  ) {}

  /** Never rejects: a failed ping is a line in the log. `didWork`: something happened since the last one. */
  async beat(didWork: boolean, signal: AbortSignal): Promise<void> {
    const now = this.now();
    const isEarly = this.lastAt !== undefined && now >= this.lastAt && now - this.lastAt < leastGapMs;
    if (isEarly && !didWork) return;
    this.lastAt = now;
    const problem = await ping(this.url, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
    if (signal.aborted) return;
    if (problem !== undefined) this.log.warn({ problem }, 'the heartbeat was not heard');
    else if (!this.wasWell) this.log.info({}, 'the heartbeat is heard again');
    this.wasWell = problem === undefined;
  }
}

/** @returns what went wrong, in words that hold nothing of the address */
async function ping(url: string, signal: AbortSignal): Promise<string | undefined> {
  // Node's own modules: `fetch` would load 10 MB for one line.
  const { get } = url.startsWith('https:') ? await import('node:https') : await import('node:http');
  return new Promise((resolve) => {
    try {
      const request = get(url, { signal, headers: { 'user-agent': 'keyturn' } }, (response) => {
        response.resume();
        const status = response.statusCode ?? 0;
        resolve(status >= 200 && status < 300 ? undefined : `HTTP ${status}`);
      });
      request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.name));
    } catch (error) {
      resolve((error as NodeJS.ErrnoException).code ?? 'not an address');
    }
  });
}
