import type { Failure } from '../core/outcome.js';
import { failureTexts } from '../messages/failures.js';
import type { Text } from '../messages/text.js';
import type { ResolvedProfile } from './resolve-profile.js';

export function goneFailure({ title, gone }: ResolvedProfile, why: Text): Failure {
  return { kind: 'gone', detail: failureTexts.closed(title, why, gone.announced, gone.note) };
}
