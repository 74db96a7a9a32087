import { challengeText } from '../messages/challenges.js';
import type { Text } from '../messages/text.js';
import type { Challenge } from './outcome.js';

/** What was seen and where. Contains no secrets. */
export function describeChallenge(challenge: Pick<Challenge, 'kind' | 'vendor' | 'url'>): Text {
  return challengeText(challenge.kind, challenge.vendor, pageOf(challenge));
}

/** Only the path: the site's address is shown next to it. */
export function pageOf({ url }: Pick<Challenge, 'url'>): string {
  return URL.canParse(url) ? new URL(url).pathname : '';
}
