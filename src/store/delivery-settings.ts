import { isAbsolute } from 'node:path';
import { parseDuration } from '../lib/duration.js';
import type { CommandTarget, DeliveryTarget, EnvTarget, Hook, Hooks, ValueTarget } from '../core/delivery-target.js';
import { parsePath } from '../lib/value-path.js';
import { isPlainObject, listOf, object, oneOf, optional, string, type Schema } from './validate.js';

const targetName = string((name) =>
  /^[a-z0-9][a-z0-9._-]{0,63}$/.test(name) ? undefined : 'is not a name of lower-case letters, digits, dots and dashes',
);
const filePath = string((path) =>
  isAbsolute(path) && !path.includes('\0') ? undefined : 'is not the absolute path of a file',
);
const variableProblem = (name: string): string | undefined =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? undefined : 'cannot be the name of an environment variable';
const programTimeout = string((text) => {
  const ms = parseDuration(text);
  return ms !== undefined && ms >= 1000 && ms <= 3_600_000 ? undefined : 'is not a duration from 1s to 1h';
});
const command: Schema<readonly string[]> = (value, path, problems) => {
  const words = listOf(string((word) => (word.includes('\0') ? 'has a NUL in it' : undefined)))(value, path, problems);
  if (Array.isArray(value) && (value.length === 0 || value[0] === '')) problems.push(`${path} names no program`);
  return words;
};

const envTarget = object<EnvTarget>(
  { name: targetName, kind: oneOf('env'), path: filePath, variable: string(variableProblem) },
  'refuse',
);
const valueTarget = object<ValueTarget>(
  {
    name: targetName,
    kind: oneOf('json', 'yaml'),
    path: filePath,
    at: string((at) =>
      parsePath(at) ? undefined : 'is neither a JSON pointer such as /a/b nor a dotted path such as a.b',
    ),
    parents: optional(oneOf('create', 'require')),
  },
  'refuse',
);
const commandTarget = object<CommandTarget>(
  {
    name: targetName,
    kind: oneOf('command'),
    command,
    pass: oneOf('stdin', 'env'),
    variable: optional(string(variableProblem)),
    timeout: optional(programTimeout),
  },
  'refuse',
);

const oneTarget: Schema<DeliveryTarget> = (value, path, problems) => {
  const kind = isPlainObject(value) ? value['kind'] : undefined;
  if (kind === 'env') return envTarget(value, path, problems);
  if (kind === 'json' || kind === 'yaml') return valueTarget(value, path, problems);
  if (kind !== 'command') {
    problems.push(
      isPlainObject(value) ? `${path}.kind is not one of env, json, yaml, command` : `${path} is not an object`,
    );
    return undefined as never;
  }
  const target = commandTarget(value, path, problems);
  if (target.pass === 'env' && target.variable === undefined) problems.push(`${path}.variable is missing`);
  return target;
};

export const deliveryTargets: Schema<readonly DeliveryTarget[]> = (value, path, problems) => {
  const targets = listOf(oneTarget)(value, path, problems);
  const names = new Set<string>();
  for (const [index, target] of (Array.isArray(targets) ? targets : []).entries()) {
    const name = (target as DeliveryTarget | undefined)?.name;
    if (name === undefined) continue;
    if (names.has(name)) problems.push(`${path}[${index}].name "${name}" is there twice`);
    names.add(name);
  }
  return targets;
};

const hook = object<Hook>({ command, timeout: optional(programTimeout) }, 'refuse');

export const deliveryHooks: Schema<Hooks> = object<Hooks>(
  { before: optional(hook), renewed: optional(hook), failed: optional(hook) },
  'refuse',
);
