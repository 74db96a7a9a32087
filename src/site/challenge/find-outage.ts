import type { Surface } from './surfaces.js';
import { failure, failureNotice, maintenance, onlyAnnounced, rateLimited, underWayNow } from './wording.js';

/** A dialog that can be cancelled asks for confirmation; its text is about what would happen. */
const isQuestion = (surface: Surface) =>
  surface.role === 'front' && surface.area.buttons.some((text) => /^(?:取\s*消|cancel)$/i.test(text));
const counts = (surface: Surface) => (surface.isGate || surface.isBareContent) && !isQuestion(surface);
const allText = (surface: Surface) => `${surface.title}\n${surface.text}`;

/** Without lines that have a date: those are records of the past, unless they say that something is under way. */
const present = (surface: Surface) =>
  [surface.title, ...surface.lines.map((line) => line.text)].filter(
    (text) => !/\d{1,4}[-/月]\d{1,2}/.test(text) || underWayNow.test(text),
  );

/** Too many requests, or an overloaded service: waiting helps, and no person is needed. */
export const tooManyRequests = (surface: Surface): string | undefined =>
  (counts(surface) || surface.role === 'notice') && present(surface).some((text) => rateLimited.test(text))
    ? 'says that there were too many requests'
    : undefined;

/** The service is closed for now. Maintenance that is only announced does not count, because the page still works. */
export function closedForNow(surface: Surface): string | undefined {
  if (!counts(surface) || !present(surface).some((text) => maintenance.test(text))) return undefined;
  const isAhead = onlyAnnounced.test(allText(surface)) && !underWayNow.test(allText(surface));
  return isAhead ? undefined : 'says that the service is closed for now';
}

const statusHeading = /(?:^|\D)(?:40[0-9]|41[0-9]|50[0-9])(?:\D|$)/;

export function brokenPage(surface: Surface): string | undefined {
  if (counts(surface) && surface.fields.length === 0) {
    if (present(surface).some((text) => failure.test(text))) return 'says that the page could not be shown';
    const titles = [surface.title, ...surface.headings];
    if (titles.some((text) => text.length < 60 && statusHeading.test(text))) return 'shows an error status';
  }
  return surface.role === 'notice' && failureNotice.test(surface.text) ? 'notice of a failure' : undefined;
}
