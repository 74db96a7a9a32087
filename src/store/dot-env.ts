import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { appError } from '../errors/app-error.js';
import { settingsErrors } from '../errors/settings-errors.js';
import { fileSize } from '../messages/file-reasons.js';
import { settingsProblems } from '../messages/settings-errors.js';
import type { Text } from '../messages/text.js';
import { shellWord } from '../messages/shell-word.js';
import { envFileVariable } from '../lib/env-file-variable.js';
import { fileExposure, folderExposure, kindOf, writeExposure } from '../lib/private-files.js';
import { readReason, systemCode } from '../lib/system-error.js';

type Env = Readonly<Record<string, string | undefined>>;

export interface EnvFile {
  readonly path: string;
  /** keyturn's variables only; the others belong to other programs. */
  readonly variables: Readonly<Record<string, string>>;
  /** The file may contain the app secret, so the command line warns. */
  readonly isReadableByOthers: boolean;
}

const largestBytes = 64 * 1024;

export function envFilePath(env: Env, home: string): string {
  const named = env[envFileVariable];
  return named ? resolve(named) : join(home, '.env');
}

/**
 * Undefined when no file is named and the home has none. Rejects with KT106 unless the file is a regular file of this
 * user or of root that nobody else can write or replace. A link is followed.
 */
export async function readEnvFile(env: Env, home: string): Promise<EnvFile | undefined> {
  const path = envFilePath(env, home);
  const isNamed = Boolean(env[envFileVariable]);
  const refuse = (problem: Text, fix: string, cause?: unknown) =>
    appError(settingsErrors.settingsFile, { path, problem, fix }, { cause });
  const look = `ls -ld ${shellWord(path)}`;
  try {
    // Check before opening: a program that serves a named pipe may prompt its user at every open.
    const stats = await stat(path);
    if (!stats.isFile()) throw refuse(settingsProblems.notAFile(kindOf(stats)), look);
    if (stats.size > largestBytes) throw refuse(fileSize(stats.size), look);
    // Nobody else can then replace the file before it is opened.
    for (const folder of new Set([dirname(path), dirname(await realpath(path))])) {
      const exposure = folderExposure(folder, await stat(folder));
      if (exposure) throw refuse(exposure.problem, exposure.fix);
    }
    const exposure = writeExposure(path, stats);
    if (exposure) throw refuse(exposure.problem, exposure.fix);
    // The decoder removes a byte order mark.
    const text = new TextDecoder().decode(await readFile(path));
    const isReadable = fileExposure(path, stats, env['CREDENTIALS_DIRECTORY']) !== undefined;
    return { path, variables: ownVariables(text), isReadableByOthers: isReadable };
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    if (!isNamed && ['ENOENT', 'ENOTDIR'].includes(code)) return undefined;
    throw refuse(readReason(code), `ls -ld ${shellWord(dirname(path))}`, error);
  }
}

function ownVariables(text: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parseEnv(text)).flatMap(([name, value]) =>
      /^(?:KEYTURN|FEISHU)_/.test(name) && value !== undefined ? [[name, value]] : [],
    ),
  );
}
