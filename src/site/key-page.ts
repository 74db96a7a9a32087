import type { Page } from 'playwright';
import type { ResolvedPage, ResolvedProfile } from './resolve-profile.js';

export interface KeyPage {
  readonly page: Page;
  readonly profile: ResolvedProfile;
  readonly section: ResolvedPage;
}
