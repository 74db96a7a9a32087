import { createHash } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { orUndefined } from '../lib/or-undefined.js';
import { usageError } from '../lib/settings-errors.js';
import { envFileVariable } from '../lib/env-file-variable.js';
import { usageTexts } from '../messages/cli/usage.js';

/** `refresh`: every hour. `watch`: all the time. */
export type JobKind = 'refresh' | 'watch';

export const otherKind = (kind: JobKind): JobKind => (kind === 'watch' ? 'refresh' : 'watch');

/** What a scheduler starts. It works from an empty environment and holds no secret. */
export interface Job {
  readonly kind: JobKind;
  /** Appended to every name, so that two homes have two schedules; empty for the default home. */
  readonly suffix: string;
  /** The program and its arguments; both paths are absolute. */
  readonly words: readonly [node: string, bin: string, ...args: string[]];
  readonly env: Readonly<Record<string, string>>;
  /** The minute of every hour, for schedulers that do not add a random delay themselves. */
  readonly minute: number;
}

export interface JobOptions {
  readonly kind: JobKind;
  readonly home: string;
  /** The home that keyturn uses in an empty environment. */
  readonly defaultHome: string;
  readonly userHome: string;
  readonly hostname: string;
  readonly execPath: string;
  readonly bin: string;
  readonly env: NodeJS.ProcessEnv;
}

export function makeJob(options: JobOptions): Job {
  const { kind, home, env } = options;
  const node = lastingPath(options.execPath, env);
  const args = kind === 'watch' ? ['watch'] : ['refresh', '--scheduled', '--quiet'];
  const job: Job = {
    kind,
    suffix: suffixOf(home, options.defaultHome),
    words: [node, options.bin, ...args],
    env: {
      ...(home === options.defaultHome ? {} : { KEYTURN_HOME: home }),
      PATH: searchPath(node, options.userHome),
      ...carriedOver(env),
    },
    // The same at every install, but different from machine to machine.
    minute: 1 + ((createHash('sha256').update(`${options.hostname}\0${home}`).digest()[0] ?? 0) % 58),
  };
  // eslint-disable-next-line no-control-regex -- these characters must not occur
  const bad = [...job.words, ...Object.values(job.env)].find((text) => /[\u0000-\u001f\u007f]/.test(text));
  if (bad !== undefined) {
    throw usageError({ message: usageTexts.controlCharacter(bad), command: 'keyturn schedule install' });
  }
  return job;
}

export function suffixOf(home: string, defaultHome: string): string {
  return home === defaultHome ? '' : `-${createHash('sha256').update(home).digest('hex').slice(0, 8)}`;
}

/** Variables that an unattended run needs to find its settings, its browser or the network. */
const carried = [envFileVariable, 'PLAYWRIGHT_BROWSERS_PATH', 'XDG_CACHE_HOME', 'NODE_EXTRA_CA_CERTS'];
const proxies = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()]);

function carriedOver(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = [...carried, ...proxies].filter((name) => env[name] && !proxiesWithPassword(env).includes(name));
  return Object.fromEntries(names.map((name) => [name, env[name] ?? '']));
}

/** The proxy variables that contain a user or a password, which a schedule must not store. */
export function proxiesWithPassword(env: NodeJS.ProcessEnv): readonly string[] {
  return proxies.filter((name) => env[name]?.includes('@'));
}

/**
 * A path to node that survives an update: the link on PATH, not the versioned folder that it points to (Homebrew,
 * n, apt's alternatives). Links that a version manager makes for one shell do not count.
 */
export function lastingPath(execPath: string, env: NodeJS.ProcessEnv): string {
  const realpathOf = (file: string) => orUndefined(() => realpathSync(file));
  const real = realpathOf(execPath);
  for (const folder of (env['PATH'] ?? '').split(path.delimiter)) {
    if (!path.isAbsolute(folder) || /multishells|^\/(?:run|proc)\//.test(folder)) continue;
    const candidate = path.join(folder, path.basename(execPath));
    if (realpathOf(candidate) === real) return candidate;
  }
  return execPath;
}

/** The PATH for hooks, browsers and Xvfb. Unlike the PATH of a shell, it is the same at every install. */
function searchPath(node: string, userHome: string): string {
  const always = [path.dirname(node), '/usr/local/bin', '/usr/bin', '/bin', '/usr/local/sbin', '/usr/sbin', '/sbin'];
  const where = ['/opt/homebrew/bin', '/snap/bin', '/run/current-system/sw/bin'].filter((folder) => existsSync(folder));
  return [...new Set([...always, ...where, path.join(userHome, '.local', 'bin')])]
    .filter((folder) => !folder.includes(path.delimiter))
    .join(path.delimiter);
}
