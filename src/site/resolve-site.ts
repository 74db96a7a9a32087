import type { ResolvedProfile } from './resolve-profile.js';

/** The site profile with the account's addresses in place of its own. */
export async function resolveSite({
  site,
  baseUrl,
  probeUrl,
}: {
  readonly site: string;
  readonly baseUrl?: string;
  readonly probeUrl?: string;
}): Promise<ResolvedProfile> {
  const { loadSiteProfile } = await import('./load-profile.js');
  const { resolveProfile } = await import('./resolve-profile.js');
  const overrides = { baseUrl, probeUrl: probeUrl === 'none' ? undefined : probeUrl };
  return resolveProfile(await loadSiteProfile(site), overrides);
}
