import { isAbsolute } from 'node:path';
import * as z from 'zod/mini';
import { parseDuration } from '../lib/duration.js';
import { textThat } from '../lib/schema.js';
import { formatPointer, parsePath } from '../lib/value-path.js';

const textLike = (pattern: RegExp, problem: string) => textThat((text) => (pattern.test(text) ? undefined : problem));

const name = textLike(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'is not a name of lower-case letters, digits, dots and dashes');
const path = textThat((text) =>
  isAbsolute(text) && !text.includes('\0') ? undefined : 'is not the absolute path of a file',
);
const variable = textLike(/^[A-Za-z_][A-Za-z0-9_]*$/, 'cannot be the name of an environment variable');
const timeout = textThat((text) => {
  const ms = parseDuration(text);
  return ms !== undefined && ms >= 1000 && ms <= 3_600_000 ? undefined : 'is not a duration from 1s to 1h';
});
const command = z.readonly(
  z
    .array(textThat((word) => (word.includes('\0') ? 'has a NUL in it' : undefined)))
    .check(z.refine(([program]) => program !== undefined && program !== '', 'names no program')),
);

/** `false`: came with an import, and does not run until it is switched on. */
const enabled = z.optional(z.boolean());

const fileRules = {
  /** A text that is no known key is replaced, too. */
  replace: z.optional(z.boolean()),
  /** Written into the file itself, because its readers hold the file and not its name. */
  inPlace: z.optional(z.boolean()),
};

const envTarget = z.strictObject({ name, kind: z.literal('env'), path, variable, ...fileRules });

/** One string in a JSON, JSON with comments, JSON5 or YAML file. */
const valueTarget = z.strictObject({
  name,
  kind: z.enum(['json', 'yaml']),
  path,
  /** A JSON pointer (`/providers/iflow/apiKey`) or a dotted path (`providers.iflow.apiKey`). */
  at: textThat((at) =>
    parsePath(at) ? undefined : 'is neither a JSON pointer such as /a/b nor a dotted path such as a.b',
  ),
  /** Default: `create`. `require`: parents must exist, because the file's reader rejects a half-filled one. */
  parents: z.optional(z.enum(['create', 'require'])),
  ...fileRules,
});

/** A program that receives the key on stdin or in an environment variable, never in its arguments. */
const commandTarget = z
  .strictObject({
    name,
    kind: z.literal('command'),
    command,
    pass: z.enum(['stdin', 'env']),
    /** The environment variable for the key; used with `pass` = `env`. */
    variable: z.optional(variable),
    /** A line break follows the key on stdin. */
    newline: z.optional(z.boolean()),
    /** Default: 30s. */
    timeout: z.optional(timeout),
    enabled,
  })
  .check(
    z.refine(({ pass, variable }) => pass !== 'env' || variable !== undefined, {
      path: ['variable'],
      error: 'is missing',
      when: () => true,
    }),
  );
export type CommandTarget = Readonly<z.output<typeof commandTarget>>;

const deliveryTarget = z.discriminatedUnion('kind', [envTarget, valueTarget, commandTarget]);

/** One place where consumers read an account's key. `name` is for people, and unique within the account. */
export type DeliveryTarget = Readonly<z.output<typeof deliveryTarget>>;

export const deliveryTargets = z.readonly(
  z.array(deliveryTarget).check(
    z.superRefine(
      (targets, context) => {
        const names = targets.map((target: Partial<DeliveryTarget> | undefined) => target?.name);
        for (const [index, name] of names.entries()) {
          if (name !== undefined && names.indexOf(name) < index)
            context.addIssue({ code: 'custom', path: [index, 'name'], message: `"${name}" is there twice` });
        }
      },
      { when: ({ value }) => Array.isArray(value) },
    ),
  ),
);

const hook = z.strictObject({
  command,
  /** Default: 60s. */
  timeout: z.optional(timeout),
  enabled,
});
export type Hook = Readonly<z.output<typeof hook>>;

export const hookEvents = ['before', 'renewed', 'failed'] as const;
export type HookEvent = (typeof hookEvents)[number];

export const hooks = z.strictObject({ before: z.optional(hook), renewed: z.optional(hook), failed: z.optional(hook) });
export type Hooks = Readonly<z.output<typeof hooks>>;

/** Where a target puts the key, as one line for people. A changed result means a different place. */
export function whereOf(target: DeliveryTarget): string {
  if (target.kind === 'env') return `${target.variable} in ${target.path}`;
  if (target.kind !== 'command') return `${formatPointer(parsePath(target.at) ?? [])} in ${target.path}`;
  const program = target.command.map((word) => (/\s|^$/.test(word) ? JSON.stringify(word) : word)).join(' ');
  const way = target.newline ? 'and a newline on stdin' : 'on stdin';
  return `${program} (key ${target.pass === 'stdin' ? way : `in ${target.variable ?? ''}`})`;
}
