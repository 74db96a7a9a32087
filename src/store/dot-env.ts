import { constants } from 'node:fs';
import { lstat, open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { appError } from '../errors/app-error.js';
import { settingsErrors } from '../errors/settings-errors.js';
import { shellWord } from '../errors/shell-word.js';
import {
  fileExposure,
  folderExposure,
  kindOf,
  readPrivateBytes,
  requirePrivateFile,
  requireUnsharedFolder,
} from './private-files.js';
import { readError, readReason, systemCode } from './system-error.js';

type Env = Readonly<Record<string, string | undefined>>;

/** Names another file than `.env` in the home. `--env-file` sets it, so that the processes of a run read the same file. */
export const envFileVariable = 'KEYTURN_ENV_FILE';

export interface EnvFile {
  readonly path: string;
  /** keyturn's own variables; the other ones in the file belong to other programs. */
  readonly variables: Readonly<Record<string, string>>;
}

const largestBytes = 64 * 1024;

export function envFilePath(env: Env, home: string): string {
  const named = env[envFileVariable];
  return named ? resolve(named) : join(home, '.env');
}

/** Undefined when nothing names a file and the home has none. A file that is not private to this user is refused. */
export async function readEnvFile(env: Env, home: string): Promise<EnvFile | undefined> {
  const path = envFilePath(env, home);
  const bytes = env[envFileVariable]
    ? await readNamedFile(path, env['CREDENTIALS_DIRECTORY'])
    : await readHomeFile(path);
  // The decoder takes away a byte order mark.
  return bytes && { path, variables: ownVariables(new TextDecoder().decode(bytes)) };
}

function ownVariables(text: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parseEnv(text)).flatMap(([name, value]) =>
      /^(?:KEYTURN|FEISHU)_/.test(name) && value !== undefined ? [[name, value]] : [],
    ),
  );
}

async function readHomeFile(path: string): Promise<Buffer | undefined> {
  try {
    // Before it is opened: a program that serves a named pipe may ask its user something at every open.
    requirePrivateFile(path, await lstat(path));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return undefined;
    throw readError(path, error);
  }
  await requireUnsharedFolder(dirname(path));
  return readPrivateBytes(path, { maxBytes: largestBytes });
}

/** A link is followed, as its user made it; what counts is the file that was opened. */
async function readNamedFile(path: string, credentials: string | undefined): Promise<Buffer> {
  const refuse = (problem: string, fix: string, cause?: unknown) =>
    appError(settingsErrors.envFile, { path, problem, fix }, { cause });
  const look = `ls -ld ${shellWord(path)}`;
  let handle: FileHandle | undefined;
  try {
    const seen = await stat(path);
    if (!seen.isFile()) throw refuse(`it is ${kindOf(seen)}`, look);
    for (const folder of new Set([dirname(path), dirname(await realpath(path))])) {
      const exposure = folderExposure(folder, await stat(folder));
      if (exposure) throw refuse(exposure.problem, exposure.fix);
    }
    // O_NONBLOCK keeps a named pipe that was put there meanwhile from blocking the open for ever. Absent on Windows.
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = await handle.stat();
    if (!stats.isFile()) throw refuse(`it is ${kindOf(stats)}`, look);
    if (stats.size > largestBytes) throw refuse(`it has ${stats.size} bytes, more than ${largestBytes}`, look);
    const exposure = fileExposure(path, stats, credentials);
    if (exposure) throw refuse(exposure.problem, exposure.fix);
    return await handle.readFile();
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    throw refuse(readReason(code), `ls -ld ${shellWord(dirname(path))}`, error);
  } finally {
    await handle?.close();
  }
}
