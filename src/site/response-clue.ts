import { redactUrl } from '../lib/redact.js';
import { challengeText } from '../messages/challenges.js';
import type { Failure } from '../core/outcome.js';
import { classifyResponse, type ResponseClue } from './challenge/response-clues.js';
import type { Answered } from './http-request.js';

/** The failure when the answer itself is a challenge or a refusal. Risk control often answers with HTTP 200. */
export function responseClue(answer: Answered, url: string, label: string): Failure | undefined {
  const { status, headers, text } = answer;
  const facts = { status, headers, bodyText: text.slice(0, 65_536), expectsJson: true };
  const clue = markerOf(classifyResponse({ ...facts, url })) ?? markerOf(fromRedirect(answer, url));
  if (!clue) return undefined;
  const { vendor, evidence } = clue;
  const challenge = { vendor, url: redactUrl(url), where: label, evidence: [evidence] };
  switch (clue.label) {
    case 'captcha':
    case '2fa': {
      const detail = `${challengeText(clue.label, vendor, '').en}, asked for by ${label}`;
      return { kind: 'challenge', detail, challenge: { ...challenge, kind: clue.label } };
    }
    case 'login':
      return { kind: 'signed-out', detail: `${label}: ${evidence}.`, challenge: { ...challenge, kind: 'login' } };
    case 'rate_limited':
      return { kind: 'unreachable', detail: `${label}: the site asks to come again later (${evidence}).` };
    case 'error':
      return { kind: 'refused', detail: `${label}: the site refuses (${vendor}: ${evidence}).` };
    case 'maintenance':
      return { kind: 'unreachable', detail: `${label}: the site is under maintenance (${evidence}).` };
  }
}

/** Ignores clues from the bare status, which the profile's own rules interpret. */
const markerOf = (clue: ResponseClue | undefined) => (clue?.strength === 'status' ? undefined : clue);

function fromRedirect(answer: Answered, from: string): ResponseClue | undefined {
  const { location } = answer.headers;
  if (location === undefined || !URL.canParse(location, from)) return undefined;
  return classifyResponse({ url: new URL(location, from).href, status: 200, headers: {} });
}
