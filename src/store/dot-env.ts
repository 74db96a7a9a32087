import type { Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { AppError, appError } from '../lib/app-error.js';
import { settingsErrors } from '../lib/settings-errors.js';
import type { Text } from '../messages/text.js';
import { shellWord } from '../messages/shell-word.js';
import { envFileVariable } from '../lib/env-file-variable.js';
import { fileExposure, folderExposure, writeExposure } from '../lib/private-files.js';
import { readBoundedFile } from '../lib/read-bounded-file.js';
import { systemCode } from '../lib/system-error.js';

type Env = Readonly<Record<string, string | undefined>>;

export interface EnvFile {
  readonly path: string;
  /** keyturn's variables only; the others belong to other programs. */
  readonly variables: Readonly<Record<string, string>>;
  /** The file may contain the app secret, so the command line warns. */
  readonly isReadableByOthers: boolean;
}

const mostBytes = 64 * 1024;

function envFilePath(env: Env, home: string): string {
  const named = env[envFileVariable];
  return named ? resolve(named) : join(home, '.env');
}

/**
 * Undefined when no file is named and the home has none. Rejects with KT106 unless the file is a regular file of this
 * user or of root that nobody else can write or replace. A link is followed.
 */
export async function readEnvFile(env: Env, home: string): Promise<EnvFile | undefined> {
  const path = envFilePath(env, home);
  const refuse = (problem: Text, cause?: unknown, fix = `ls -ld ${shellWord(cause ? dirname(path) : path)}`) =>
    appError(settingsErrors.settingsFile, { path, problem, fix }, { cause });
  const check = async (file: Stats) => {
    const folders = [...new Set([dirname(path), dirname(await realpath(path))])];
    const exposures = await Promise.all(folders.map(async (folder) => folderExposure(folder, await stat(folder))));
    const exposure = exposures.find((each) => each !== undefined) ?? writeExposure(path, file);
    if (exposure) throw refuse(exposure.problem, undefined, exposure.fix);
  };
  try {
    const { text, stats } = await readBoundedFile(path, { mostBytes, refuse, check });
    const isReadable = fileExposure(path, stats, env['CREDENTIALS_DIRECTORY']) !== undefined;
    return { path, variables: ownVariables(text), isReadableByOthers: isReadable };
  } catch (error) {
    const code = error instanceof AppError ? systemCode(error.cause) : undefined;
    if (!env[envFileVariable] && (code === 'ENOENT' || code === 'ENOTDIR')) return undefined;
    throw error;
  }
}

function ownVariables(text: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parseEnv(text)).flatMap(([name, value]) =>
      /^(?:KEYTURN|FEISHU)_/.test(name) && value !== undefined ? [[name, value]] : [],
    ),
  );
}
