import { redactUrl } from '../lib/redact.js';
import { challengeText } from '../messages/challenges.js';
import { answerTexts as texts } from '../messages/failures.js';
import { same } from '../messages/text.js';
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
      const detail = texts.askedFor(challengeText(clue.label, vendor, ''), label);
      return { kind: 'challenge', detail, challenge: { ...challenge, kind: clue.label } };
    }
    case 'login': {
      const detail = texts.of(label, same(evidence));
      return { kind: 'signed-out', detail, challenge: { ...challenge, kind: 'login' } };
    }
    default:
      return outageFailure(clue.label, label, `${vendor}: ${evidence}`);
  }
}

/** @param where the request or the frame that shows it */
export function outageFailure(label: string, where: string, seen: string): Failure | undefined {
  if (label === 'rate_limited') return { kind: 'unreachable', detail: texts.of(where, texts.comeLater, seen) };
  if (label === 'maintenance') return { kind: 'unreachable', detail: texts.of(where, texts.maintenance, seen) };
  if (label === 'error') return { kind: 'refused', detail: texts.of(where, texts.refusesVisitor, seen) };
  return undefined;
}

/** Ignores clues from the bare status, which the profile's own rules interpret. */
const markerOf = (clue: ResponseClue | undefined) => (clue?.strength === 'status' ? undefined : clue);

function fromRedirect(answer: Answered, from: string): ResponseClue | undefined {
  const { location } = answer.headers;
  if (location === undefined || !URL.canParse(location, from)) return undefined;
  return classifyResponse({ url: new URL(location, from).href, status: 200, headers: {} });
}
