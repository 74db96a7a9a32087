import { isPlainPublic } from '../lib/address-reach.js';
import { usageError } from '../lib/settings-errors.js';
import { siteErrorTexts } from '../messages/site-errors.js';
import type { ProfileOverrides, ResolvedProfile } from './resolve-profile.js';

interface SiteOfAccount extends ProfileOverrides {
  readonly site: string;
  /** Cookies and keys may cross the internet unencrypted. */
  readonly allowHttp?: boolean;
}

/**
 * The site profile with the account's addresses in place of its own. Throws KT101 for plain HTTP to a public address
 * that the account does not allow.
 */
export async function resolveSite(account: SiteOfAccount): Promise<ResolvedProfile> {
  const { loadSiteProfile } = await import('./load-profile.js');
  const { resolveProfile } = await import('./resolve-profile.js');
  const { site, baseUrl, probeUrl } = account;
  const overrides = { baseUrl, probeUrl: probeUrl === 'none' ? undefined : probeUrl };
  const profile = resolveProfile(await loadSiteProfile(site), overrides);
  const plain = [profile.baseUrl, ...profile.probes.map(({ url }) => url)].find(isPlainPublic);
  if (plain === undefined || account.allowHttp) return profile;
  const { origin, host } = new URL(plain);
  throw usageError({ message: siteErrorTexts.plainHttp(origin), next: `curl -sS -I https://${host}/` });
}
