import type { Verification } from '../core/ports.js';
import { failureTexts, verificationTexts as texts } from '../messages/failures.js';
import type { Text } from '../messages/text.js';
import { httpRequest, type HttpRequest } from './http-request.js';
import { fillRequest } from './interpolate.js';
import type { ResolvedProfile } from './resolve-profile.js';
import { matchesAny, parseJson, type Observed } from './match-rules.js';

/** Runs the probes until one gives a verdict. Network errors never throw. Keeps no answers: they may quote the key. */
export async function verifyKey(
  { probes, baseUrl }: Pick<ResolvedProfile, 'probes' | 'baseUrl'>,
  key: string,
  options: Pick<HttpRequest, 'network' | 'signal'> & { readonly httpRequest?: typeof httpRequest },
): Promise<Verification> {
  const { httpRequest: send = httpRequest, ...connection } = options;
  const unsure: Text[] = [];
  for (const probe of probes) {
    const request = fillRequest(probe, { named: { key, baseUrl } });
    const headers = { accept: 'application/json', ...request.headers };
    const answer = await send({ ...request, headers, timeoutMs: probe.timeoutMs, ...connection });
    const { host } = new URL(probe.url);
    if (answer.kind === 'unanswered') {
      unsure.push(texts.unanswered(host, answer.why));
      continue;
    }
    const observed: Observed = { status: answer.status, text: answer.text, json: parseJson(answer.text) };
    if (matchesAny(probe.banned, observed)) return { verdict: 'banned', detail: texts.banned(host) };
    if (matchesAny(probe.invalid, observed)) return { verdict: 'invalid', detail: texts.invalid(host) };
    if (matchesAny(probe.valid, observed)) return { verdict: 'valid' };
    unsure.push(texts.unknownAnswer(host, answer.status));
  }
  return { verdict: 'unknown', detail: unsure.length === 0 ? texts.noProbe : unsure.reduce(failureTexts.and) };
}

/** Asks the service about a key, unless the account's `probeUrl` is `none`. */
export function verifier(
  profile: ResolvedProfile,
  { probeUrl }: { readonly probeUrl?: string },
  connection: Pick<HttpRequest, 'network' | 'signal'>,
) {
  return async (key: string): Promise<Verification> =>
    probeUrl === 'none' ? { verdict: 'unknown', detail: texts.probeOff } : verifyKey(profile, key, connection);
}
