import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { DeliveryTarget } from '../../core/delivery-target.js';
import { appError } from '../../errors/app-error.js';
import { settingsErrors } from '../../errors/settings-errors.js';
import { usageTexts } from '../../messages/cli/usage.js';
import type { Text } from '../../messages/text.js';
import type { AccountConfig } from '../../store/accounts.js';
import type { ProcessContext } from '../process-context.js';
import { keyVariable } from './account-config.js';
import { targetKinds, type TargetKind } from './target-kinds.js';

type Context = Pick<ProcessContext, 'env' | 'cwd'>;

export interface TargetOptions {
  readonly kind: string;
  /** What stands before `--`: the file, unless the kind is `command`. */
  readonly words: readonly string[];
  readonly program: readonly string[];
  /** Default: made from the kind. */
  readonly name?: string;
  /** Default: the site profile's. */
  readonly variable?: string;
  /** A JSON pointer or a dotted path. */
  readonly at?: string;
  /** `openclaw`: the provider's id. */
  readonly provider: string;
  /** `command`: how the program gets the key. */
  readonly pass: 'stdin' | 'env';
  /** `command`: a duration. */
  readonly timeout?: string;
}

export const targetUsage = (message: Text) =>
  appError(settingsErrors.usage, { message, command: 'keyturn account target add' });

/** The target that the options describe, with an absolute path and a name that is free in the account. */
export async function newTarget(
  config: AccountConfig,
  options: TargetOptions,
  context: Context,
): Promise<DeliveryTarget> {
  const { words, program } = options;
  const kind = kindOf(options.kind);
  if (words.length > 1 || (kind === 'command' && words.length > 0))
    throw targetUsage(usageTexts.extraWord(words.at(-1) ?? ''));
  if (kind !== 'command' && program.length > 0) throw targetUsage(usageTexts.noProgram(kind));
  const name = options.name ?? freeName(kind, config);
  const file = words[0] === undefined ? undefined : pathOf(words[0], context);
  switch (kind) {
    case 'env': {
      const variable = options.variable ?? (await keyVariable(config.site));
      return { name, kind, path: file ?? pathOf('.env', context), variable };
    }
    case 'json':
    case 'yaml':
      if (file === undefined) throw targetUsage(usageTexts.whichFile);
      if (options.at === undefined) throw targetUsage(usageTexts.whereInFile);
      return { name, kind, path: file, at: options.at };
    case 'command': {
      if (program.length === 0)
        throw targetUsage(usageTexts.programAfterDashes('keyturn account target add work command -- my-sync'));
      const { pass, timeout } = options;
      const variable = pass === 'env' ? (options.variable ?? (await keyVariable(config.site))) : undefined;
      return { name, kind, command: program, pass, variable, timeout };
    }
    case 'openclaw': {
      const pointer = `/models/providers/${options.provider.replaceAll('~', '~0').replaceAll('/', '~1')}/apiKey`;
      return {
        name,
        kind: 'json',
        path: file ?? openclawConfig(context),
        at: options.at ?? pointer,
        // OpenClaw's gateway does not start when a provider has a key and nothing else.
        parents: 'require',
      };
    }
    case 'iflow-cli': {
      const path = file ?? pathOf('~/.iflow/settings.json', context);
      return { name, kind: 'json', path, at: options.at ?? '/apiKey' };
    }
  }
}

function kindOf(text: string): TargetKind {
  const kind = targetKinds.find((each) => each === text);
  if (kind === undefined) throw targetUsage(usageTexts.unknownKind(text, targetKinds));
  return kind;
}

function openclawConfig(context: Context): string {
  const { OPENCLAW_CONFIG_PATH: path, OPENCLAW_STATE_DIR: folder } = context.env;
  if (path) return pathOf(path, context);
  return folder ? join(pathOf(folder, context), 'openclaw.json') : pathOf('~/.openclaw/openclaw.json', context);
}

function pathOf(text: string, { cwd, env }: Context): string {
  const isHome = /^~(?=$|[\\/])/.test(text);
  return resolve(cwd, isHome ? join(env['HOME'] ?? homedir(), text.slice(1)) : text);
}

function freeName(kind: TargetKind, { targets = [] }: AccountConfig): string {
  const names = new Set(targets.map((each) => each.name));
  let name: string = kind;
  for (let count = 2; names.has(name); count++) name = `${kind}-${count}`;
  return name;
}
