import type { Verification } from '../core/ports.js';
import { httpRequest } from './http-request.js';
import { fillRequest } from './interpolate.js';
import type { ResolvedProbe, ResolvedProfile } from './resolve-profile.js';
import { matchesAny, parseJson, type Observed } from './rules.js';

export interface VerifyOptions {
  readonly proxy?: string;
  readonly signal?: AbortSignal;
  /** Sends the requests; replaceable in tests. */
  readonly httpRequest?: typeof httpRequest;
}

/**
 * Asks the key's own service whether it accepts the key. Runs the profile's probes in order until one gives a
 * verdict. Network and service errors never throw. Does not keep the answers, because they may quote the key.
 */
export async function verifyKey(
  profile: Pick<ResolvedProfile, 'probes' | 'baseUrl'>,
  key: string,
  options: VerifyOptions = {},
): Promise<Verification> {
  const unsure: string[] = [];
  for (const probe of profile.probes) {
    const verification = await runProbe(probe, key, profile.baseUrl, options);
    if (verification.verdict !== 'unknown') return verification;
    unsure.push(verification.detail);
  }
  return { verdict: 'unknown', detail: unsure.join('; ') || 'the site profile has no probe' };
}

async function runProbe(
  probe: ResolvedProbe,
  key: string,
  baseUrl: string,
  options: VerifyOptions,
): Promise<Verification> {
  const request = fillRequest(probe, { named: { key, baseUrl } });
  const answer = await (options.httpRequest ?? httpRequest)({
    ...request,
    headers: { accept: 'application/json', ...request.headers },
    timeoutMs: probe.timeoutMs,
    proxy: options.proxy,
    signal: options.signal,
  });
  const host = new URL(probe.url).host;
  if (answer.kind === 'unanswered') return { verdict: 'unknown', detail: `${host}: ${answer.why}` };

  const observed: Observed = { status: answer.status, text: answer.text, json: parseJson(answer.text) };
  if (matchesAny(probe.banned, observed)) return { verdict: 'banned', detail: `${host} has blocked the account` };
  if (matchesAny(probe.invalid, observed)) return { verdict: 'invalid', detail: `${host} does not accept the key` };
  if (matchesAny(probe.valid, observed)) return { verdict: 'valid' };
  return {
    verdict: 'unknown',
    detail: `${host} answered with HTTP ${answer.status}, which the site profile does not know`,
  };
}
