import type { ProfileOverrides, ResolvedProfile } from './resolve-profile.js';

/** The site profile with the account's addresses in place of its own. */
export async function resolveSite(account: { readonly site: string } & ProfileOverrides): Promise<ResolvedProfile> {
  const { loadSiteProfile } = await import('./load-profile.js');
  const { resolveProfile } = await import('./resolve-profile.js');
  const { site, baseUrl, probeUrl } = account;
  const overrides = { baseUrl, probeUrl: probeUrl === 'none' ? undefined : probeUrl };
  return resolveProfile(await loadSiteProfile(site), overrides);
}
