import { relative } from 'node:path';
import { deliveryTargets, whereOf, type DeliveryTarget } from '../../core/delivery-target.js';
import { appError } from '../../errors/app-error.js';
import { settingsErrors } from '../../errors/settings-errors.js';
import { formatPointer, parsePath } from '../../lib/value-path.js';
import { readAccount, saveAccount } from '../../store/accounts.js';
import { homePaths } from '../../store/home.js';
import { homeOf, type ProcessContext } from '../process-context.js';
import { usageTexts } from '../../messages/cli/usage.js';
import type { Text } from '../../messages/text.js';
import { newTarget, targetUsage, type TargetOptions } from './new-target.js';

type Context = Pick<ProcessContext, 'env' | 'platform'>;

export interface PlacedTarget {
  readonly target: DeliveryTarget;
  readonly where: string;
}

/**
 * Adds a target to the account.
 * 1. The target is made from the options.
 * 2. Another target with its name or its place is an error, and so is a place among keyturn's own files.
 * 3. Its values are checked, then the place itself: the file must be usable, the program must be there.
 * 4. The account is saved. Nothing is delivered yet.
 */
export async function addTarget(
  account: string,
  options: TargetOptions,
  context: Context & Pick<ProcessContext, 'cwd'>,
): Promise<PlacedTarget> {
  const home = homeOf(context);
  const config = await readAccount(home, account);
  const added = await newTarget(config, options, context);
  const targets = config.targets ?? [];
  if (targets.some((each) => each.name === added.name)) {
    throw wrongTarget(account, usageTexts.targetExists(account, added.name));
  }
  const twin = targets.find((each) => isSamePlace(each, added));
  if (twin) throw wrongTarget(account, usageTexts.samePlace(account, twin.name));
  if ('path' in added && isOwnFile(home, added.path)) throw targetUsage(usageTexts.ownFile(added.path));
  const { validate } = await import('../../store/validate.js');
  const validated = validate(deliveryTargets, JSON.parse(JSON.stringify([added])));
  if (!validated.ok) throw targetUsage(usageTexts.badTarget(validated.problems.join('; ').replaceAll('[0].', '')));
  const { checkTarget } = await import('../../delivery/put-key.js');
  await checkTarget(added, { account, env: context.env });
  await saveAccount(home, { ...config, targets: [...targets, added] });
  return { target: added, where: whereOf(added) };
}

export async function listTargets(account: string, context: Context): Promise<readonly PlacedTarget[]> {
  const { targets = [] } = await readAccount(homeOf(context), account);
  return targets.map((target) => ({ target, where: whereOf(target) }));
}

/** The target's file keeps the key that was delivered last. */
export async function removeTarget(account: string, name: string, context: Context): Promise<void> {
  const home = homeOf(context);
  const config = await readAccount(home, account);
  const targets = config.targets ?? [];
  const left = targets.filter((each) => each.name !== name);
  if (left.length === targets.length) {
    const known = targets.map((each) => each.name);
    throw wrongTarget(account, usageTexts.unknownTarget(account, name, known));
  }
  await saveAccount(home, { ...config, targets: left.length > 0 ? left : undefined });
}

const wrongTarget = (account: string, message: Text) =>
  appError(settingsErrors.usage, { message, next: `keyturn account target list ${account}` });

/** A path in the file that cannot be parsed equals no other; the check of the values rejects it later. */
function isSamePlace(a: DeliveryTarget, b: DeliveryTarget): boolean {
  if (a.kind === 'command' || b.kind === 'command' || a.path !== b.path) return false;
  if (a.kind === 'env' || b.kind === 'env') return a.kind === 'env' && b.kind === 'env' && a.variable === b.variable;
  const [from, to] = [parsePath(a.at), parsePath(b.at)];
  return from !== undefined && to !== undefined && formatPointer(from) === formatPointer(to);
}

function isOwnFile(home: string, path: string): boolean {
  const { accounts, settings, logs } = homePaths(home);
  return path === settings || [accounts, logs].some((folder) => !relative(folder, path).startsWith('..'));
}
