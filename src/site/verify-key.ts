import type { Verification } from '../core/ports.js';
import { httpRequest } from './http-request.js';
import { fillRequest } from './interpolate.js';
import type { ResolvedProfile } from './resolve-profile.js';
import { matchesAny, parseJson, type Observed } from './match-rules.js';

/** Runs the probes until one gives a verdict. Network errors never throw. Keeps no answers: they may quote the key. */
export async function verifyKey(
  { probes, baseUrl }: Pick<ResolvedProfile, 'probes' | 'baseUrl'>,
  key: string,
  options: {
    readonly proxy?: string;
    readonly signal?: AbortSignal;
    readonly httpRequest?: typeof httpRequest;
  } = {},
): Promise<Verification> {
  const { httpRequest: send = httpRequest, ...connection } = options;
  const unsure: string[] = [];
  for (const probe of probes) {
    const request = fillRequest(probe, { named: { key, baseUrl } });
    const headers = { accept: 'application/json', ...request.headers };
    const answer = await send({ ...request, headers, timeoutMs: probe.timeoutMs, ...connection });
    const { host } = new URL(probe.url);
    if (answer.kind === 'unanswered') {
      unsure.push(`${host}: ${answer.why}`);
      continue;
    }
    const observed: Observed = { status: answer.status, text: answer.text, json: parseJson(answer.text) };
    if (matchesAny(probe.banned, observed)) return { verdict: 'banned', detail: `${host} has blocked the account` };
    if (matchesAny(probe.invalid, observed)) return { verdict: 'invalid', detail: `${host} does not accept the key` };
    if (matchesAny(probe.valid, observed)) return { verdict: 'valid' };
    unsure.push(`${host} answered with HTTP ${answer.status}, which the site profile does not know`);
  }
  return { verdict: 'unknown', detail: unsure.join('; ') || 'the site profile has no probe' };
}
