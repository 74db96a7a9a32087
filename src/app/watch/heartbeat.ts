import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Log } from '../../lib/log.js';
import { openAgent } from '../../lib/open-agent.js';

/** The uptime service must tolerate such a gap and the watch's longest sleep. */
const gapMs = 5 * 60_000;
const timeoutMs = 10_000;

/**
 * Pings an uptime service to show that this process is alive. The URL is a secret: anybody who knows it can ping.
 * @returns a function that never rejects; a failed ping is only logged
 */
export function heartbeat(
  url: string,
  { log, env, now }: { readonly log: Log; readonly env: NodeJS.ProcessEnv; readonly now: () => number },
): (signal: AbortSignal) => Promise<void> {
  let lastAt = -Infinity;
  return async (signal) => {
    if (Math.abs(now() - lastAt) < gapMs) return;
    lastAt = now();
    const problem = await ping(url, env, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
    if (problem !== undefined && !signal.aborted) log.warn({ problem }, 'the heartbeat was not heard');
  };
}

/** @returns what went wrong, without any part of the URL */
async function ping(url: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string | undefined> {
  // Not `fetch`, which would load 10 MB for one request.
  const { get } = url.startsWith('https:') ? await import('node:https') : await import('node:http');
  try {
    const { agent } = await openAgent(url, { env });
    const request = get(url, { agent, signal, headers: { 'user-agent': 'keyturn' } });
    const [{ statusCode = 0 }] = (await once(request, 'response')) as [IncomingMessage];
    request.on('error', () => undefined).destroy();
    return statusCode >= 200 && statusCode < 300 ? undefined : `HTTP ${statusCode}`;
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    return code ?? name;
  }
}
