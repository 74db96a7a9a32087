import type { Failure } from '../core/outcome.js';
import type { ResolvedProfile } from './resolve-profile.js';

export function goneFailure(profile: ResolvedProfile, why: string): Failure {
  const { announced, note } = profile.gone;
  const about = note ?? (announced === undefined ? '' : `Its closing was announced for ${announced}.`);
  return { kind: 'gone', detail: `${profile.title} has closed: ${why}.${about === '' ? '' : ` ${about}`}` };
}
