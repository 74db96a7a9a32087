import { challengeText } from '../messages/challenges.js';
import { same, type Text } from '../messages/text.js';
import type { Challenge, ChallengeKind } from './outcome.js';

/** What was seen and where. Contains no secrets. */
export function describeChallenge({
  kind,
  vendor,
  page,
}: {
  readonly kind: ChallengeKind;
  readonly vendor: string;
  readonly page: string;
}): Text {
  return challengeText(kind, vendor, page);
}

/** The question's one-line text: in each language if the challenge was seen on a page, else as stored. */
export function describeSeen({
  kind,
  detail,
  seen,
}: {
  readonly kind: ChallengeKind;
  readonly detail: string;
  readonly seen?: { readonly vendor: string; readonly page: string };
}): Text {
  return seen ? describeChallenge({ kind, ...seen }) : same(detail);
}

/** Only the path: the site's address is shown next to it. */
export function pageOf({ url }: Pick<Challenge, 'url'>): string {
  return URL.canParse(url) ? new URL(url).pathname : '';
}
