import type { Page } from 'playwright';
import { appError } from '../lib/app-error.js';
import { settingsErrors } from '../lib/settings-errors.js';
import { siteErrorTexts } from '../messages/site-errors.js';
import type { Text } from '../messages/text.js';
import type { Step } from './profile-steps.js';
import { siteProfileSchema, type ResolvedProfile, type SiteProfile } from './profile-schema.js';

export type { AnswerShape, ResolvedProfile, ResolvedRequest, ResponseMatcher } from './profile-schema.js';
export type ResolvedPage = NonNullable<ResolvedProfile['page']>;
export interface KeyPage {
  readonly page: Page;
  readonly profile: ResolvedProfile;
  readonly section: ResolvedPage;
}
type ResolvedProbe = ResolvedProfile['probes'][number];

export interface ProfileOverrides {
  /** Another address of the same console: an origin such as `http://127.0.0.1:8080`. */
  readonly baseUrl?: string;
  /** Another address of the key's own service: an origin keeps the probe's path, a full address replaces it. */
  readonly probeUrl?: string;
}

export function resolveProfile(site: SiteProfile, overrides: ProfileOverrides = {}): ResolvedProfile {
  const profile = siteProfileSchema.parse(site);
  const { session, http, page } = profile;
  const own = new URL(profile.baseUrl).origin;
  const baseUrl = overrides.baseUrl === undefined ? own : requireAddress(overrides.baseUrl, { isOrigin: true }).origin;
  const absolute = (address: string) => {
    const url = new URL(address, baseUrl);
    return url.origin === own ? baseUrl + url.pathname + url.search + url.hash : url.href;
  };
  const placed = <T extends { readonly url: string }>(one: T): T => ({ ...one, url: absolute(one.url) });
  const opened = (step: Step): Step => {
    const { action, value = '' } = step;
    if (action !== 'goto') return step;
    // A path keeps its `${…}`, which `URL` would encode.
    return { ...step, value: value.startsWith('/') ? baseUrl + value : absolute(value) };
  };
  return {
    ...profile,
    baseUrl,
    session: { ...session, loginUrl: absolute(session.loginUrl) },
    http: http && { ...http, read: placed(http.read), rotate: placed(http.rotate) },
    page: page && {
      ...placed(page),
      create: page.create && page.create.map(opened),
      rotate: page.rotate.map(opened),
      read: { ...page.read, before: page.read.before.map(opened) },
    },
    probes: redirected(profile.probes.map(placed), baseUrl, overrides.probeUrl),
  };
}

/** An override leaves probes on the console itself alone, unless there is no other probe. */
function redirected(probes: ResolvedProbe[], baseUrl: string, probeUrl: string | undefined): ResolvedProbe[] {
  if (probeUrl === undefined) return probes;
  const override = requireAddress(probeUrl);
  const isElsewhere = (probe: ResolvedProbe) => new URL(probe.url).origin !== new URL(baseUrl).origin;
  const hasOther = probes.some(isElsewhere);
  return probes.map((probe) => {
    if (hasOther && !isElsewhere(probe)) return probe;
    const from = new URL(probe.url);
    return { ...probe, url: override.pathname === '/' ? override.origin + from.pathname + from.search : override.href };
  });
}

function requireAddress(value: string, { isOrigin = false } = {}): URL {
  const fail = (why: Text, shown = value) => {
    const message = siteErrorTexts.badAddress(shown, why);
    return appError(settingsErrors.usage, { message, command: 'keyturn account add' });
  };
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw fail(siteErrorTexts.noAddress);
  if (url.username || url.password) throw fail(siteErrorTexts.hasUser, url.host);
  if (isOrigin && (url.pathname !== '/' || url.search || url.hash)) throw fail(siteErrorTexts.hasPath);
  return url;
}
