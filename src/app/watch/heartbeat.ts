import type { Log } from '../../lib/log.js';

/** If nothing happens, pings are at least this far apart. The uptime service must tolerate such a gap. */
const minGapMs = 5 * 60_000;
const timeoutMs = 10_000;

/** Pings an uptime service to show that this process is alive. The URL is a secret: anybody who knows it can ping. */
export class Heartbeat {
  private lastAt: number | undefined;
  private wasWell = true;

  constructor(
    private readonly url: string,
    private readonly log: Log,
    private readonly now: () => number,
  ) {}

  /** Never rejects; a failed ping is only logged. `didWork`: something happened since the last beat. */
  async beat(didWork: boolean, signal: AbortSignal): Promise<void> {
    const now = this.now();
    const isEarly = this.lastAt !== undefined && now >= this.lastAt && now - this.lastAt < minGapMs;
    if (isEarly && !didWork) return;
    this.lastAt = now;
    const problem = await ping(this.url, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
    if (signal.aborted) return;
    if (problem !== undefined) this.log.warn({ problem }, 'the heartbeat was not heard');
    else if (!this.wasWell) this.log.info({}, 'the heartbeat is heard again');
    this.wasWell = problem === undefined;
  }
}

/** @returns what went wrong, without any part of the URL */
async function ping(url: string, signal: AbortSignal): Promise<string | undefined> {
  // Not `fetch`, which would load 10 MB for one request.
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
