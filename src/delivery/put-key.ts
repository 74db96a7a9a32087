import { isUtf8 } from 'node:buffer';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { appError } from '../lib/app-error.js';
import { deliveryErrors } from './delivery-errors.js';
import { editTexts } from '../messages/edit-texts.js';
import { deliveryTexts } from '../messages/delivery-errors.js';
import { keepsChanging, programReasons } from '../messages/file-reasons.js';
import { shellWord } from '../messages/shell-word.js';
import type { Text } from '../messages/text.js';
import type { ChangedPart, Refused } from './edited.js';
import { encryptedFile } from './foreign-text.js';
import { replacement, type OldKeys } from './replacement.js';
import { requireSuccess, type ProgramContext } from './run-program.js';
import { readTargetFile, TargetFileError, whyNotWritable, writeTargetFile } from './target-file.js';
import type { CommandTarget, DeliveryTarget } from '../core/delivery-target.js';
import { parsePath } from '../lib/value-path.js';

interface PutContext extends ProgramContext {
  /** The environment variables that a program gets beside the key. */
  readonly variables: Readonly<Record<string, string>>;
}

type FileTarget = Exclude<DeliveryTarget, CommandTarget>;

const sampleKey = 'sk-00000000000000000000000000000000';

/** Checks that the target can take a key now, without changing it. Rejects with KT902 or KT904 when it cannot. */
export async function checkTarget(
  target: DeliveryTarget,
  old: OldKeys,
  { account, env }: Pick<PutContext, 'account' | 'env'>,
): Promise<void> {
  if (target.kind === 'command') {
    const program = target.command[0] ?? '';
    const how = whyNotRunnable(program, env);
    if (how) throw appError(deliveryErrors.programFailed, { target: target.name, program, how, isNotStarted: true });
    return;
  }
  await guarded(target, async () => {
    const { file, edit } = await open(target, sampleKey, old, account);
    const problem = await whyNotWritable(file, edit().length, target.inPlace);
    if (problem !== undefined) throw new TargetFileError(problem);
  });
}

/** Whether the target holds the key now; undefined for a program, which cannot be asked. */
export async function holdsKey(
  target: DeliveryTarget,
  key: string,
  old: OldKeys,
  account: string,
): Promise<boolean | undefined> {
  if (target.kind === 'command') return undefined;
  return guarded(target, async () => (await open(target, key, old, account)).isHeld);
}

/** `held`: the key was there already. Rejects with KT902 or KT904 and leaves the file unchanged. */
export async function putKey(
  target: DeliveryTarget,
  key: string,
  old: OldKeys,
  context: PutContext,
): Promise<'held' | 'delivered' | 'written-through'> {
  if (target.kind === 'command') return handOver(target, key, context);
  return guarded(target, async () => {
    for (let tries = 0; tries < 5; tries++) {
      const { file, isHeld, edit } = await open(target, key, old, context.account);
      if (isHeld) return 'held';
      const written = await writeTargetFile(file, edit(), target.inPlace);
      if (written === 'written-through') return written;
      if (written !== 'changed') return 'delivered';
    }
    throw new TargetFileError(keepsChanging);
  });
}

/** Reads the file and whether it holds the key; `edit` returns the file's content with the key. */
async function open(target: FileTarget, key: string, old: OldKeys, account: string) {
  const file = await readTargetFile(target.path);
  const orThrow = <T extends object>(result: T | Refused): T => {
    if (!('problem' in result)) return result;
    const { problem, next = `keyturn account target list ${account}` } = result;
    throw appError(deliveryErrors.unusableFile, { target: target.name, path: target.path, problem, next });
  };
  // Latin-1 reads each byte as one character, so that bytes of an env file that are not UTF-8 stay as they are.
  const encoding = target.kind === 'env' ? 'latin1' : 'utf8';
  if (encoding === 'utf8' && !isUtf8(file.bytes)) orThrow({ problem: editTexts.notUtf8 });
  const text = file.bytes.toString(encoding);
  if (encryptedFile.test(text)) orThrow({ problem: editTexts.encryptedFile });
  const { read, set } = await editorOf(target);
  const { value: held } = orThrow(read(text));
  const { value, part } = orThrow(replacement(held, key, old));
  const edit = () => Buffer.from(orThrow(set(text, value, part)).text, encoding);
  return { file, isHeld: held === value, edit };
}

async function editorOf(target: FileTarget) {
  if (target.kind === 'env') {
    const { readEnvVariable, setEnvVariable } = await import('./edit-env.js');
    const { variable } = target;
    const set = (text: string, value: string, part?: ChangedPart) => setEnvVariable(text, variable, value, { part });
    return { read: (text: string) => readEnvVariable(text, variable), set };
  }
  const path = parsePath(target.at) ?? [];
  const { readValue, setValue } = await (target.kind === 'json' ? import('./edit-json.js') : import('./edit-yaml.js'));
  const { parents } = target;
  const set = (text: string, value: string, part?: ChangedPart) => setValue(text, path, value, { parents, part });
  return { read: (text: string) => readValue(text, path), set };
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

async function handOver(target: CommandTarget, key: string, context: PutContext): Promise<'delivered'> {
  const { name, command, pass, variable = '', timeout = '30s', newline } = target;
  const variables = { ...context.variables, KEYTURN_EVENT: 'deliver' };
  const how =
    pass === 'stdin'
      ? { variables, input: newline ? `${key}\n` : key }
      : { variables: { ...variables, [variable]: key } };
  await requireSuccess({ target: name }, { argv: command, timeout, ...how }, context);
  return 'delivered';
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
