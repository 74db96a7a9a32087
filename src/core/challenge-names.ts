import { challengeText, seenText } from '../messages/challenges.js';
import { inEach, type Text } from '../messages/text.js';
import type { Challenge, Failure } from './outcome.js';

/** What was seen and where. Contains no secrets. */
export function describeChallenge(challenge: Pick<Challenge, 'kind' | 'vendor' | 'withCaptcha' | 'url'>): Text {
  return challengeText(challenge, pageOf(challenge));
}

/** A text with the failure's detail in it, for a person who has no use for vendor and path. */
export function asSeen(text: Text, failure: Failure): Text {
  const challenge = 'challenge' in failure ? failure.challenge : undefined;
  if (!challenge) return text;
  const seen = seenText(challenge);
  return inEach((language) => text[language].replace(failure.detail[language], () => seen[language]));
}

/** Only the path: the site's address is shown next to it. */
export function pageOf({ url }: Pick<Challenge, 'url'>): string {
  return URL.canParse(url) ? new URL(url).pathname : '';
}
