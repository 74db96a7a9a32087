import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { requireDuration } from '../lib/duration.js';
import { appError, type AppError } from '../errors/app-error.js';
import { deliveryErrors } from '../errors/delivery-errors.js';
import { deliveryTexts } from '../messages/delivery-errors.js';
import { keepsChanging, programReasons } from '../messages/file-reasons.js';
import { shellWord } from '../messages/shell-word.js';
import { same, type Text } from '../messages/text.js';
import type { Redactor } from '../lib/redactor.js';
import type { Edited, Held } from './edited.js';
import { programEnv, requireSuccess } from './run-program.js';
import { readTargetFile, TargetFileError, whyNotWritable, writeTargetFile, type TargetFile } from './target-file.js';
import type { CommandTarget, DeliveryTarget } from '../core/delivery-target.js';
import { parsePath } from '../lib/value-path.js';

export interface PutContext {
  readonly account: string;
  readonly env: NodeJS.ProcessEnv;
  /** The environment variables that a program gets beside the key. */
  readonly facts: Readonly<Record<string, string | undefined>>;
  readonly redactor: Redactor;
  readonly signal?: AbortSignal;
}

type FileTarget = Exclude<DeliveryTarget, CommandTarget>;

const sampleKey = 'sk-00000000000000000000000000000000';

/** Checks that the target can take a key now, without changing it. Rejects with KT902 or KT904 when it cannot. */
export async function checkTarget(
  target: DeliveryTarget,
  { account, env }: Pick<PutContext, 'account' | 'env'>,
): Promise<void> {
  if (target.kind === 'command') return requireProgram(target, account, env);
  await guarded(target, async () => {
    const file = await readTargetFile(target.path);
    const edited = await edit(target, file, sampleKey, account);
    const problem = await whyNotWritable(file, edited.length);
    if (problem !== undefined) throw new TargetFileError(problem);
  });
}

/** Whether the target holds the key now; undefined for a program, which cannot be asked. */
export async function holdsKey(target: DeliveryTarget, key: string, account: string): Promise<boolean | undefined> {
  if (target.kind === 'command') return undefined;
  return guarded(target, async () => {
    const held = await readHeld(target, await readTargetFile(target.path));
    if ('problem' in held) throw unusable(target, account, held.problem);
    return held.value === key;
  });
}

/** `held`: the key was there already. Rejects with KT902 or KT904 and leaves the file unchanged. */
export async function putKey(
  target: DeliveryTarget,
  key: string,
  context: PutContext,
): Promise<'held' | 'delivered' | 'written-through'> {
  if (target.kind === 'command') return handOver(target, key, context);
  return guarded(target, async () => {
    for (let tries = 0; tries < 5; tries++) {
      const file = await readTargetFile(target.path);
      const held = await readHeld(target, file);
      if ('value' in held && held.value === key) return 'held';
      const written = await writeTargetFile(file, await edit(target, file, key, context.account));
      if (written === 'written-through') return written;
      if (written !== 'changed') return 'delivered';
    }
    throw new TargetFileError(keepsChanging);
  });
}

async function edit(target: FileTarget, file: TargetFile, key: string, account: string): Promise<Buffer> {
  // Latin-1 reads each byte as one character, so that bytes of an env file that are not UTF-8 stay as they are.
  const encoding = target.kind === 'env' ? 'latin1' : 'utf8';
  const text = textOf(file, encoding);
  const edited: Edited = text === undefined ? notUtf8 : await editText(target, text, key);
  if ('problem' in edited) throw unusable(target, account, edited.problem);
  return Buffer.from(edited.text, encoding);
}

async function editText(target: FileTarget, text: string, key: string): Promise<Edited> {
  if (target.kind === 'env') return (await import('./edit-env.js')).setEnvVariable(text, target.variable, key);
  const path = parsePath(target.at) ?? [];
  if (target.kind === 'json') return (await import('./edit-json.js')).setJsonValue(text, path, key, target);
  return (await import('./edit-yaml.js')).setYamlValue(text, path, key, target);
}

async function readHeld(target: FileTarget, file: TargetFile): Promise<Held> {
  const text = textOf(file, target.kind === 'env' ? 'latin1' : 'utf8');
  if (text === undefined) return notUtf8;
  if (target.kind === 'env') return (await import('./edit-env.js')).readEnvVariable(text, target.variable);
  const path = parsePath(target.at) ?? [];
  if (target.kind === 'json') return (await import('./edit-json.js')).readJsonValue(text, path);
  return (await import('./edit-yaml.js')).readYamlValue(text, path);
}

const notUtf8 = { problem: 'is not UTF-8 text' };

function textOf({ bytes }: TargetFile, encoding: 'latin1' | 'utf8'): string | undefined {
  if (encoding === 'latin1') return bytes.toString('latin1');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

async function guarded<T>(target: FileTarget, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TargetFileError)) throw error;
    const { name, path } = target;
    const next = `ls -ld ${shellWord(path)} ${shellWord(dirname(path))}`;
    const problem = deliveryTexts.cannotWrite(error.reason);
    throw appError(deliveryErrors.unusableFile, { target: name, path, problem, next }, { cause: error });
  }
}

function unusable({ name, path }: FileTarget, account: string, problem: string): AppError {
  const next = `keyturn account target list ${account}`;
  return appError(deliveryErrors.unusableFile, { target: name, path, problem: same(problem), next });
}

async function handOver(target: CommandTarget, key: string, context: PutContext): Promise<'delivered'> {
  const { account, env, facts, redactor, signal } = context;
  const isStdin = target.pass === 'stdin';
  const more = { ...facts, KEYTURN_EVENT: 'deliver', ...(isStdin ? {} : { [target.variable ?? '']: key }) };
  const run = {
    argv: target.command,
    env: programEnv(env, more),
    input: isStdin ? `${key}\n` : undefined,
    timeoutMs: requireDuration(target.timeout ?? '30s', 'timeout'),
    redactor,
    signal,
  };
  await requireSuccess(run, { account, target: target.name });
  return 'delivered';
}

function requireProgram({ name, command }: CommandTarget, account: string, env: NodeJS.ProcessEnv): void {
  const program = command[0] ?? '';
  const how = whyNotRunnable(program, env);
  if (how === undefined) return;
  throw appError(deliveryErrors.programFailed, { target: name, program, how, isNotStarted: true });
}

/** Why a program cannot be started; undefined when it can. Searches PATH as the system does. */
export function whyNotRunnable(program: string, env: NodeJS.ProcessEnv): Text | undefined {
  const hasFolder = program.includes('/') || isAbsolute(program);
  // Windows tries file extensions of its own; only a start shows whether it finds the program.
  if (process.platform === 'win32' && !hasFolder) return undefined;
  const folders = hasFolder ? [''] : (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  let reason = programReasons['ENOENT']!;
  for (const folder of folders) {
    const path = folder === '' ? program : join(folder, program);
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) continue;
    try {
      accessSync(path, constants.X_OK);
      return undefined;
    } catch {
      reason = programReasons['EACCES']!;
    }
  }
  return deliveryTexts.notStarted(reason);
}
