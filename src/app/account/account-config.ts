import { resolve } from 'node:path';
import type { ResolvedProfile } from '../../site/resolve-profile.js';
import type { AccountConfig, RenewMethod } from '../../store/accounts.js';
import type { ProcessContext } from '../process-context.js';

export interface SiteOptions {
  /** A built-in site, or the path of a site profile. */
  readonly site: string;
  readonly baseUrl?: string;
  /** `none`: new keys are not verified. */
  readonly probeUrl?: string;
  readonly proxy?: string;
  readonly method: RenewMethod;
  readonly keyName?: string;
}

/** Rejects a site profile or an address that cannot be used, so that a mistake shows before the first scheduled run. */
export async function newAccountConfig(
  name: string,
  options: SiteOptions,
  { cwd, clock }: Pick<ProcessContext, 'cwd' | 'clock'>,
): Promise<AccountConfig> {
  const site = absoluteSite(options.site, cwd);
  await resolveSite({ ...options, site });
  return {
    version: 1,
    name,
    site,
    baseUrl: options.baseUrl,
    probeUrl: options.probeUrl,
    proxy: options.proxy,
    enabled: true,
    method: options.method,
    keyName: options.keyName,
    createdAt: new Date(clock.now()).toISOString(),
  };
}

/** The path of a site profile becomes absolute; the name of a built-in site stays. */
export function absoluteSite(site: string, cwd: string): string {
  return /[/\\]|\.ya?ml$/i.test(site) ? resolve(cwd, site) : site;
}

/** The site profile with the account's addresses in place of its own. */
export async function resolveSite({
  site,
  baseUrl,
  probeUrl,
}: Pick<AccountConfig, 'site' | 'baseUrl' | 'probeUrl'>): Promise<ResolvedProfile> {
  const { loadSiteProfile } = await import('../../site/load-profile.js');
  const { resolveProfile } = await import('../../site/resolve-profile.js');
  return resolveProfile(await loadSiteProfile(site), {
    baseUrl,
    probeUrl: probeUrl === 'none' ? undefined : probeUrl,
  });
}

/** The environment variable in which programs expect the site's key. */
export async function keyVariable(site: string): Promise<string> {
  const { loadSiteProfile } = await import('../../site/load-profile.js');
  return (await loadSiteProfile(site)).key.env ?? 'API_KEY';
}
