import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { usageError } from '../lib/settings-errors.js';
import { usageTexts } from '../messages/cli/usage.js';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The folder of all state: `KEYTURN_HOME`, or the platform's data folder for keyturn (Linux `$XDG_DATA_HOME/keyturn`,
 * macOS `~/Library/Application Support/keyturn`, Windows `%LOCALAPPDATA%\keyturn\Data`).
 * Creates nothing. A leading `~` is expanded, because no shell expands it in `.env` and unit files.
 */
export function resolveHome(env: Env, platform: NodeJS.Platform = process.platform): string {
  const chosen = env['KEYTURN_HOME'];
  if (chosen) return resolve(/^~(?=$|[\\/])/.test(chosen) ? join(userHome(env, platform), chosen.slice(1)) : chosen);
  if (platform === 'darwin') return join(userHome(env, platform), 'Library', 'Application Support', 'keyturn');
  if (platform === 'win32') {
    return join(env['LOCALAPPDATA'] || join(userHome(env, platform), 'AppData', 'Local'), 'keyturn', 'Data');
  }
  // The XDG specification says to ignore relative paths.
  const xdg = env['XDG_DATA_HOME'];
  return join(xdg && isAbsolute(xdg) ? xdg : join(userHome(env, platform), '.local', 'share'), 'keyturn');
}

function userHome(env: Env, platform: NodeJS.Platform): string {
  return env[platform === 'win32' ? 'USERPROFILE' : 'HOME'] || homedir();
}

export function homePaths(home: string) {
  return { home, settings: join(home, 'settings.json'), logs: join(home, 'logs'), accounts: join(home, 'accounts') };
}

/** How the home's records are encrypted; not there where they are not. */
export const identityPath = (home: string) => join(home, 'identity.json');

/** Throws a usage error when the name is not a valid folder name on every platform. */
export function accountPaths(home: string, name: string): AccountPaths {
  if (!isAccountName(name)) {
    throw usageError({ message: usageTexts.accountName(name), command: 'keyturn account add' });
  }
  return accountPathsIn(join(homePaths(home).accounts, name), home, name);
}

/** As {@link accountPaths}, for an account whose folder is still being built under another name. */
export function accountPathsIn(folder: string, home: string, name: string) {
  return {
    home,
    name,
    folder,
    account: join(folder, 'account.json'),
    key: join(folder, 'key.json'),
    rotation: join(folder, 'rotation.json'),
    session: join(folder, 'session.json'),
    question: join(folder, 'question.json'),
    lastRun: join(folder, 'last-run.json'),
    history: join(folder, 'history.jsonl'),
    lock: join(folder, 'run.lock'),
    browser: join(folder, 'browser'),
    evidence: join(folder, 'evidence'),
    deliveries: join(folder, 'deliveries.json'),
    deliverLock: join(folder, 'deliver.lock'),
  };
}

/** The files of one account. All are private: 0600 files in 0700 folders. */
export type AccountPaths = Readonly<ReturnType<typeof accountPathsIn>>;

// Windows reserves these names for devices, with any extension.
const windowsDevice = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/;

/** Lower case only, so that two names never share a folder on a case-insensitive file system. */
export function isAccountName(name: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{0,63}$/.test(name) && !name.endsWith('.') && !windowsDevice.test(name);
}
