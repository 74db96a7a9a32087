import { redactUrl } from '../lib/redact.js';
import { challengeText } from '../messages/challenges.js';
import type { Challenge, Failure } from '../core/outcome.js';
import { classifyResponse, type ResponseClue } from './challenge/response-clues.js';
import type { Answered } from './http-request.js';

/** The failure when the answer itself is a challenge or a refusal. Risk control often answers with HTTP 200. */
export function responseClue(
  answer: Answered,
  { label, request }: { readonly label: string; readonly request: { readonly url: string } },
): Failure | undefined {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const facts = { status: answer.status, headers, bodyText: answer.text.slice(0, 65_536), expectsJson: true };
  const clue =
    markerOf(classifyResponse({ ...facts, url: request.url })) ?? markerOf(fromRedirect(answer, request.url));
  return clue && clueToFailure(clue, label, request.url);
}

function clueToFailure(clue: ResponseClue, label: string, url: string): Failure | undefined {
  const challenge = (kind: Challenge['kind']): Challenge => ({
    kind,
    vendor: clue.vendor,
    url: redactUrl(url),
    where: label,
    evidence: [clue.evidence],
  });
  switch (clue.label) {
    case 'captcha':
    case '2fa':
      return {
        kind: 'challenge',
        detail: `${challengeText(clue.label, clue.vendor, '').en}, asked for by ${label}`,
        challenge: challenge(clue.label),
      };
    case 'login':
      return { kind: 'signed-out', detail: `${label}: ${clue.evidence}.`, challenge: challenge('login') };
    case 'rate_limited':
      return { kind: 'unreachable', detail: `${label}: the site asks to come again later (${clue.evidence}).` };
    case 'error':
      return { kind: 'refused', detail: `${label}: the site refuses (${clue.vendor}: ${clue.evidence}).` };
    case 'maintenance':
      return { kind: 'unreachable', detail: `${label}: the site is under maintenance (${clue.evidence}).` };
  }
}

/** Ignores clues from the bare status, which the profile's own rules interpret. */
const markerOf = (clue: ResponseClue | undefined) => (clue?.strength === 'status' ? undefined : clue);

function fromRedirect(answer: Answered, from: string): ResponseClue | undefined {
  const { location } = answer.headers;
  if (location === undefined || !URL.canParse(location, from)) return undefined;
  return classifyResponse({ url: new URL(location, from).href, status: 200, headers: {} });
}
