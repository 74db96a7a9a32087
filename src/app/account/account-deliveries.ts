import { homedir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { isOff, renewedHook, wantedOf } from '../../core/delivery-record.js';
import {
  deliveryTargets,
  hookEvents,
  whereOf,
  type DeliveryTarget,
  type HookEvent,
  type Hooks,
} from '../../core/delivery-target.js';
import { fingerprintOf } from '../../core/key-record.js';
import { usageError } from '../../lib/settings-errors.js';
import { usageTexts } from '../../messages/cli/usage.js';
import { shellWord } from '../../messages/shell-word.js';
import type { Text } from '../../messages/text.js';
import { readAccount, saveAccount, type AccountConfig } from '../../store/accounts.js';
import { readDeliveries, writeDeliveries } from '../../store/deliveries.js';
import { accountPaths, homePaths, type AccountPaths } from '../../store/home.js';
import { readKeyRecord } from '../../store/key-records.js';
import { homeOf, type ProcessContext } from '../process-context.js';
import { keyVariable } from './account-config.js';
import { targetKinds, type TargetKind } from './target-kinds.js';

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
  /** `command`: a line break follows the key on stdin. */
  readonly newline?: boolean;
  /** A file: a text that is no known key is replaced, too. */
  readonly replace?: boolean;
  /** A file: is written into, never renamed over. */
  readonly inPlace?: boolean;
}

/**
 * Adds a target to the account.
 * 1. The target is made from the options.
 * 2. Another target with its name is an error, and so is a place among keyturn's own files.
 * 3. Its values are checked, then the place itself: the file must be usable, the program must be there.
 * 4. The account is saved. Nothing is delivered yet.
 */
export async function addTarget(account: string, options: TargetOptions, context: ProcessContext) {
  const home = homeOf(context);
  const config = await readAccount(home, account);
  const added = await newTarget(config, options, context);
  const targets = config.targets ?? [];
  if (targets.some((each) => each.name === added.name)) {
    throw wrongTarget(account, usageTexts.targetExists(account, added.name));
  }
  if ('path' in added && isOwnFile(home, added.path)) throw targetUsage(usageTexts.ownFile(added.path));
  const { validate } = await import('../../store/validate.js');
  const validated = validate(deliveryTargets, JSON.parse(JSON.stringify([added])));
  if (!validated.ok) throw targetUsage(usageTexts.badTarget(validated.problems.join('; ').replaceAll('[0].', '')));
  const { checkTarget } = await import('../../delivery/put-key.js');
  const { oldKeysOf } = await import('../old-keys.js');
  const { targetExposure } = await import('../../delivery/target-exposure.js');
  const paths = accountPaths(home, account);
  const changed = { ...config, targets: [...targets, added] };
  const oldKeys = await oldKeysOf(changed, await readKeyRecord(paths), await readDeliveries(paths));
  const old = { ...oldKeys(added), insistBy: addingByForce(account, options) };
  await checkTarget(added, old, { account, env: context.env });
  const exposure = await targetExposure(added);
  await saveAccount(home, changed);
  return { target: added, where: whereOf(added), exposure };
}

/** The command that adds this target whatever its file holds. */
function addingByForce(account: string, options: TargetOptions): string {
  const { kind, words, name, variable, at, provider, inPlace } = options;
  const flags = { name, variable, at, provider: kind === 'openclaw' ? provider : undefined };
  const given = Object.entries(flags).flatMap(([flag, value]) => (value === undefined ? [] : [`--${flag}`, value]));
  return `keyturn account target add ${[account, kind, ...words, ...given].map(shellWord).join(' ')}${inPlace ? ' --in-place' : ''} --replace`;
}

export async function listTargets(account: string, context: ProcessContext) {
  const { targets = [] } = await readAccount(homeOf(context), account);
  return targets.map((target) => ({ target, where: whereOf(target), isOff: isOff(target) }));
}

/** The target's file keeps the key that was delivered last. */
export async function removeTarget(account: string, name: string, context: ProcessContext): Promise<void> {
  const home = homeOf(context);
  const config = await readAccount(home, account);
  const targets = config.targets ?? [];
  const left = targets.filter((each) => each.name !== name);
  if (left.length === targets.length) throw unknownTarget(config, name);
  await saveAccount(home, { ...config, targets: left.length > 0 ? left : undefined });
}

/** Does nothing for a target that is on. */
export async function enableTarget(account: string, name: string, context: ProcessContext): Promise<void> {
  const home = homeOf(context);
  const config = await readAccount(home, account);
  const targets = config.targets ?? [];
  if (!targets.some((each) => each.name === name)) throw unknownTarget(config, name);
  const on = (each: DeliveryTarget) =>
    each.name === name && each.kind === 'command' ? { ...each, enabled: undefined } : each;
  await saveAccount(home, { ...config, targets: targets.map(on) });
}

const unknownTarget = ({ name: account, targets = [] }: AccountConfig, name: string) =>
  wrongTarget(
    account,
    usageTexts.unknownTarget(
      account,
      name,
      targets.map((each) => each.name),
    ),
  );

const wrongTarget = (account: string, message: Text) =>
  usageError({ message, next: `keyturn account target list ${account}` });

function isOwnFile(home: string, path: string): boolean {
  const { accounts, settings, logs } = homePaths(home);
  return path === settings || [accounts, logs].some((folder) => !relative(folder, path).startsWith('..'));
}

const targetUsage = (message: Text) => usageError({ message, command: 'keyturn account target add' });

/** The target that the options describe, with an absolute path and a name that is free in the account. */
async function newTarget(
  config: AccountConfig,
  options: TargetOptions,
  context: ProcessContext,
): Promise<DeliveryTarget> {
  const { words, program } = options;
  const kind = kindOf(options.kind);
  if (words.length > 1 || (kind === 'command' && words.length > 0))
    throw targetUsage(usageTexts.extraWord(words.at(-1) ?? ''));
  if (kind !== 'command' && program.length > 0) throw targetUsage(usageTexts.noProgram(kind));
  const { newline, replace, inPlace } = options;
  const isOnStdin = kind === 'command' && options.pass === 'stdin';
  if (newline && !isOnStdin) throw targetUsage(usageTexts.onlyFor('--newline', 'command --pass stdin'));
  if ((replace || inPlace) && kind === 'command') {
    throw targetUsage(usageTexts.onlyFor(replace ? '--replace' : '--in-place', 'env, json, yaml, openclaw, iflow-cli'));
  }
  const name = options.name ?? freeName(kind, config);
  const home = context.env['HOME'] ?? homedir();
  const pathOf = (text: string) => resolve(context.cwd, text);
  const file = words[0] === undefined ? undefined : pathOf(words[0]);
  switch (kind) {
    case 'env': {
      const variable = options.variable ?? (await keyVariable(config.site));
      return { name, kind, path: file ?? pathOf('.env'), variable, replace, inPlace };
    }
    case 'json':
    case 'yaml':
      if (file === undefined) throw targetUsage(usageTexts.whichFile);
      if (options.at === undefined) throw targetUsage(usageTexts.whereInFile);
      return { name, kind, path: file, at: options.at, replace, inPlace };
    case 'command': {
      if (program.length === 0)
        throw targetUsage(usageTexts.programAfterDashes('keyturn account target add work command -- my-sync'));
      const { pass, timeout } = options;
      const variable = pass === 'env' ? (options.variable ?? (await keyVariable(config.site))) : undefined;
      return { name, kind, command: program, pass, variable, timeout, newline };
    }
    case 'openclaw': {
      const { OPENCLAW_CONFIG_PATH: config, OPENCLAW_STATE_DIR: folder } = context.env;
      const pointer = `/models/providers/${options.provider.replaceAll('~', '~0').replaceAll('/', '~1')}/apiKey`;
      return {
        name,
        kind: 'json',
        path: file ?? pathOf(config || join(folder || join(home, '.openclaw'), 'openclaw.json')),
        at: options.at ?? pointer,
        // OpenClaw's gateway does not start when a provider has a key and nothing else.
        parents: 'require',
        replace,
        inPlace,
      };
    }
    case 'iflow-cli': {
      const path = file ?? join(home, '.iflow', 'settings.json');
      return { name, kind: 'json', path, at: options.at ?? '/apiKey', replace, inPlace };
    }
  }
}

function kindOf(text: string): TargetKind {
  const kind = targetKinds.find((each) => each === text);
  if (kind === undefined) throw targetUsage(usageTexts.unknownKind(text, targetKinds));
  return kind;
}

function freeName(kind: TargetKind, { targets = [] }: AccountConfig): string {
  const names = new Set(targets.map((each) => each.name));
  let name: string = kind;
  for (let count = 2; names.has(name); count++) name = `${kind}-${count}`;
  return name;
}

export interface HookOptions {
  readonly event: string;
  /** What stands before `--`: nothing is allowed there. */
  readonly words: readonly string[];
  readonly program: readonly string[];
  /** A duration. */
  readonly timeout?: string;
}

export async function setHook(account: string, options: HookOptions, context: ProcessContext): Promise<void> {
  const { event, words, program, timeout } = options;
  const home = homeOf(context);
  requireEvent(event);
  const config = await readAccount(home, account);
  if (words.length > 0 || program.length === 0)
    throw hookUsage(usageTexts.programAfterDashes('keyturn account hook set work renewed -- my-sync'));
  const { whyNotRunnable } = await import('../../delivery/put-key.js');
  const problem = whyNotRunnable(program[0] ?? '', context.env);
  if (problem !== undefined) throw hookUsage(usageTexts.programProblem(program[0] ?? '', problem));
  const hooks: Hooks = { ...config.hooks, [event]: { command: program, timeout } };
  const paths = await saveAccount(home, { ...config, hooks });
  if (event === 'renewed') await markCurrentKey(paths, hooks);
}

/** By event, in the order of a renewal. */
export async function listHooks(account: string, context: ProcessContext): Promise<Hooks> {
  return (await readAccount(homeOf(context), account)).hooks ?? {};
}

export async function removeHook(account: string, event: string, context: ProcessContext): Promise<void> {
  requireEvent(event);
  const { config } = await readHook(account, event, context);
  const { [event]: _removed, ...left } = config.hooks ?? {};
  await saveAccount(homeOf(context), { ...config, hooks: Object.keys(left).length > 0 ? left : undefined });
}

/** Does nothing for a hook that is on. */
export async function enableHook(account: string, event: string, context: ProcessContext): Promise<void> {
  requireEvent(event);
  const { config, hook } = await readHook(account, event, context);
  if (hook.enabled === undefined) return;
  const hooks: Hooks = { ...config.hooks, [event]: { ...hook, enabled: undefined } };
  const paths = await saveAccount(homeOf(context), { ...config, hooks });
  if (event === 'renewed') await markCurrentKey(paths, hooks);
}

async function readHook(account: string, event: HookEvent, context: ProcessContext) {
  const config = await readAccount(homeOf(context), account);
  const hook = config.hooks?.[event];
  if (hook) return { config, hook };
  const known = hookEvents.filter((each) => config.hooks?.[each]);
  const message = usageTexts.unknownTarget(account, event, known);
  throw usageError({ message, next: `keyturn account hook list ${account}` });
}

/** Records the hook as run for the key that is in place now, so that its first run is for the next key. */
async function markCurrentKey(paths: AccountPaths, hooks: Hooks): Promise<void> {
  const { current } = await readKeyRecord(paths);
  const where = wantedOf({ hooks })[0]?.where;
  if (!current || where === undefined) return;
  const record = await readDeliveries(paths);
  const state = { where, fingerprint: fingerprintOf(current.key) };
  await writeDeliveries(paths, { ...record, targets: { ...record.targets, [renewedHook]: state } });
}

function requireEvent(event: string): asserts event is HookEvent {
  if (!hookEvents.includes(event as HookEvent)) throw hookUsage(usageTexts.unknownEvent(event, hookEvents));
}

const hookUsage = (message: Text) => usageError({ message, command: 'keyturn account hook set' });
