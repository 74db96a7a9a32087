import { resolve } from 'node:path';
import { isProfileFile } from '../../site/load-profile.js';
import { resolveSite } from '../../site/resolve-site.js';
import type { AccountConfig } from '../../store/accounts.js';
import type { ProcessContext } from '../process-context.js';
import { requireProxy } from './require-proxy.js';

/**
 * `site`: a built-in site, or the path of a site profile. `probeUrl` `none`: new keys are not verified. `default` stands
 * for an absent address or key name, `none` for no proxy.
 */
export type SiteOptions = Pick<
  AccountConfig,
  'site' | 'baseUrl' | 'allowHttp' | 'probeUrl' | 'proxy' | 'method' | 'keyName'
>;

/** Rejects a site profile or an address that cannot be used, so that a mistake shows before the first scheduled run. */
export async function newAccountConfig(name: string, options: SiteOptions, { cwd, clock }: ProcessContext) {
  const createdAt = new Date(clock.now()).toISOString();
  const { method } = options;
  const config = { version: 1, name, site: absoluteSite(options.site, cwd), enabled: true, method, createdAt } as const;
  return changedConfig(config, options, 'add');
}

/** What is absent stays. Rejects an address that cannot be used. */
export async function changedConfig(
  config: AccountConfig,
  { site: _, ...changes }: Partial<SiteOptions>,
  verb: 'add' | 'set',
) {
  const unset = { baseUrl: 'default', probeUrl: 'default', proxy: 'none', keyName: 'default' };
  const taken = Object.entries(unset).filter(([key, value]) => changes[key as keyof typeof unset] === value);
  const changed = { ...config, ...changes, ...Object.fromEntries(taken.map(([key]) => [key, undefined])) };
  const { baseUrl } = await resolveSite(changed);
  if (changes.proxy !== undefined || changes.method !== undefined) requireProxy(changed, baseUrl, {}, verb);
  return changed;
}

/** The path of a site profile becomes absolute; the name of a built-in site stays. */
export function absoluteSite(site: string, cwd: string): string {
  return isProfileFile(site) ? resolve(cwd, site) : site;
}

/** The environment variable in which programs expect the site's key. */
export async function keyVariable(site: string): Promise<string> {
  const { loadSiteProfile } = await import('../../site/load-profile.js');
  return (await loadSiteProfile(site)).key.env ?? 'API_KEY';
}
