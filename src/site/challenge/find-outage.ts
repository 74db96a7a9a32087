import type { Surface } from './surfaces.js';
import { maintenance, onlyAnnounced, rateLimited, underWayNow } from './wording.js';

/** A dialog that can be cancelled asks for confirmation; its text is about what would happen. */
const isQuestion = (surface: Surface) =>
  surface.role === 'front' && surface.area.buttons.some((text) => /^(?:取\s*消|cancel)$/i.test(text));
const counts = (surface: Surface) => (surface.isGate || surface.isBareContent) && !isQuestion(surface);

/** Without lines that have a date: those are records of the past, unless they say that something is under way. */
const present = (surface: Surface) =>
  [surface.title, ...surface.lines.map((line) => line.text)].filter(
    (text) => !/\d{1,4}[-/月]\d{1,2}/.test(text) || underWayNow.test(text),
  );

/** Too many requests, or an overloaded service: waiting helps, and no person is needed. */
export const tooManyRequests = (surface: Surface): boolean =>
  (counts(surface) || surface.role === 'notice') && present(surface).some((text) => rateLimited.test(text));

/** The service is closed for now. Maintenance that is only announced does not count, because the page still works. */
export function closedForNow(surface: Surface): boolean {
  const isAhead = onlyAnnounced.test(surface.titleAndText) && !underWayNow.test(surface.titleAndText);
  return counts(surface) && !isAhead && present(surface).some((line) => maintenance.test(line));
}
