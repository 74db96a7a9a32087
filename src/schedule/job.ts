import { createHash } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { proxyVariables } from '../lib/network.js';
import { orUndefined } from '../lib/or-undefined.js';
import { usageError } from '../lib/settings-errors.js';
import { envFileVariable } from '../lib/env-file-variable.js';
import { bundleVariables } from '../lib/trusted-roots.js';
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
  /** How long a refresh may take, with the time in which it waits for its person. */
  readonly limitMinutes: number;
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
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Where npx, `pnpm dlx`, `yarn dlx` and bunx unpack a program for one use. */
const unpacked = /[/\\](?:_npx|dlx|dlx-[^/\\]+|bunx-[^/\\]+)[/\\]/;

export function makeJob(options: JobOptions): Omit<Job, 'limitMinutes'> {
  const { kind, home, env } = options;
  if (unpacked.test(options.bin)) {
    throw usageError({ message: usageTexts.unpackedForOneUse(options.bin), next: 'npm install --global keyturn' });
  }
  const node = lastingPath(options.execPath, env);
  const args = kind === 'watch' ? ['watch'] : ['refresh', '--scheduled', '--quiet'];
  const job = {
    kind,
    suffix: suffixOf(home, options.defaultHome),
    words: [node, options.bin, ...args] as const,
    env: {
      ...(home === options.defaultHome ? {} : { KEYTURN_HOME: home }),
      PATH: searchPath(node, options.userHome),
      ...carriedOver(env, options.cwd),
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

/** Variables that an unattended run needs to find its settings, its browser or the network, and to tell the time. */
const carried = [
  ...[envFileVariable, 'TZ', 'PLAYWRIGHT_BROWSERS_PATH', 'XDG_CACHE_HOME'],
  ...[...bundleVariables, 'SSL_CERT_DIR', 'NODE_USE_SYSTEM_CA', 'NODE_OPTIONS', ...proxyVariables],
];

function carriedOver(env: NodeJS.ProcessEnv, cwd: string): Record<string, string> {
  const left = leftOut(env).map(({ name }) => name);
  const names = carried.filter((name) => env[name] && !left.includes(name));
  const valueOf = (name: string) =>
    bundleVariables.includes(name) ? path.resolve(cwd, env[name] ?? '') : (env[name] ?? '');
  return Object.fromEntries(names.map((name) => [name, valueOf(name)]));
}

/** The variables that change what a run does and that a schedule must not store, with the reason. */
export function leftOut(env: NodeJS.ProcessEnv) {
  const loads = /(?:^|\s)(?:-r|--(?:require|import|inspect|loader|experimental-loader))/.test(
    env['NODE_OPTIONS'] ?? '',
  );
  return [
    ...proxyVariables.filter((name) => env[name]?.includes('@')).map((name) => ({ name, why: 'password' as const })),
    ...(loads ? [{ name: 'NODE_OPTIONS', why: 'otherCode' as const }] : []),
    ...(env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0'
      ? [{ name: 'NODE_TLS_REJECT_UNAUTHORIZED', why: 'noCheck' as const }]
      : []),
  ];
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
