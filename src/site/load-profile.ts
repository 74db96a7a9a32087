import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { appError } from '../lib/app-error.js';
import { siteErrors } from './site-errors.js';
import { packageFolder } from '../lib/package-folder.js';
import { readReason } from '../lib/system-error.js';
import type { SiteProfile } from './profile-schema.js';

const builtInFolder = join(packageFolder, 'profiles');
/** The built-in profiles, validated by the build, because that takes longer than a whole renewal. */
const compiledFile = join(packageFolder, 'dist', 'profiles.json');

export async function builtInProfiles(): Promise<readonly string[]> {
  const files = (await readdir(builtInFolder)).filter((file) => file.endsWith('.yaml'));
  return files.map((file) => basename(file, '.yaml')).sort();
}

/** The name of a built-in profile has no slash, no backslash and no dot. */
export const isProfileFile = (nameOrFile: string): boolean => /[/\\.]/.test(nameOrFile);

/** A built-in name or a file. Throws KT401 or KT402. */
export async function loadSiteProfile(nameOrFile: string): Promise<SiteProfile> {
  const isFile = isProfileFile(nameOrFile);
  const isName = /^[a-z0-9][a-z0-9-]*$/.test(nameOrFile);
  const file = isFile ? resolve(nameOrFile) : resolve(builtInFolder, `${nameOrFile}.yaml`);
  const text = isFile || isName ? await readIfThere(file) : undefined;
  if (text === undefined) {
    throw appError(siteErrors.profileNotFound, { asked: nameOrFile, builtIn: await builtInProfiles() });
  }
  const compiled = isFile ? undefined : (await readCompiled())[nameOrFile];
  if (compiled?.sha256 === textHash(text)) return compiled.profile;
  const { parseSiteProfile } = await import('./parse-profile.js');
  return parseSiteProfile(text, isFile ? nameOrFile : `${nameOrFile} (built in)`);
}

/** By name. The hash is that of the YAML text, so an edited profile is parsed again. */
export type CompiledProfiles = Record<string, { readonly sha256: string; readonly profile: SiteProfile } | undefined>;

/** The content of `dist/profiles.json`, written by the build. Throws like {@link loadSiteProfile}. */
export async function compileBuiltInProfiles(): Promise<CompiledProfiles> {
  const { parseSiteProfile } = await import('./parse-profile.js');
  const compiled: CompiledProfiles = {};
  for (const name of await builtInProfiles()) {
    const text = await readFile(join(builtInFolder, `${name}.yaml`), 'utf8');
    compiled[name] = { sha256: textHash(text), profile: parseSiteProfile(text, `${name}.yaml`) };
  }
  return compiled;
}

async function readCompiled(): Promise<CompiledProfiles> {
  try {
    return JSON.parse(await readFile(compiledFile, 'utf8')) as CompiledProfiles;
  } catch {
    return {};
  }
}

const textHash = (text: string) => createHash('sha256').update(text).digest('hex');

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw appError(siteErrors.profileInvalid, { file, problems: [readReason(code ?? message)] }, { cause });
  }
}
