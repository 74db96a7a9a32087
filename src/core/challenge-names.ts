import { challengeText } from '../messages/challenges.js';
import { same, type Text } from '../messages/text.js';
import type { Challenge } from './outcome.js';
import type { Question } from './question.js';

/** What was seen and where. Contains no secrets. */
export function describeChallenge(challenge: Pick<Challenge, 'kind' | 'vendor' | 'url'>): Text {
  return challengeText(challenge.kind, challenge.vendor, pageOf(challenge));
}

/** The question's one-line text: in each language if the challenge was seen on a page, else as stored. */
export function describeSeen({ kind, detail, seen }: Pick<Question, 'kind' | 'detail' | 'seen'>): Text {
  return seen ? challengeText(kind, seen.vendor, seen.page) : same(detail);
}

/** Only the path: the site's address is shown next to it. */
export function pageOf({ url }: Pick<Challenge, 'url'>): string {
  return URL.canParse(url) ? new URL(url).pathname : '';
}
