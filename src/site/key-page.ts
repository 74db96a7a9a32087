import type { Page } from 'playwright';
import type { ResolvedPage, ResolvedProfile } from './resolve-profile.js';

/** The key page and where the profile finds things on it. */
export interface KeyPage {
  readonly page: Page;
  readonly profile: ResolvedProfile;
  readonly section: ResolvedPage;
}
