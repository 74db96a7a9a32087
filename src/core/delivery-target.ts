import { formatPointer, parsePath } from '../lib/value-path.js';

/** One place where consumers read an account's key. `name` is what people call it by; unique in its account. */
export type DeliveryTarget = EnvTarget | ValueTarget | CommandTarget;

/** One variable of a file of `NAME=value` lines. */
export interface EnvTarget {
  readonly name: string;
  readonly kind: 'env';
  readonly path: string;
  readonly variable: string;
}

/** One text value of a JSON (also with comments, also JSON5) or YAML file. */
export interface ValueTarget {
  readonly name: string;
  readonly kind: 'json' | 'yaml';
  readonly path: string;
  /** A JSON pointer (`/providers/iflow/apiKey`) or a dotted path (`providers.iflow.apiKey`). */
  readonly at: string;
  /** `require`: what holds the value must be there already, because its reader refuses a half-made one. Default: `create`. */
  readonly parents?: 'create' | 'require';
}

/** A program that takes the key on stdin or in its environment, never in its arguments. */
export interface CommandTarget {
  readonly name: string;
  readonly kind: 'command';
  readonly command: readonly string[];
  readonly pass: 'stdin' | 'env';
  /** The variable that holds the key with `pass` = `env`. */
  readonly variable?: string;
  /** Default: 30s. */
  readonly timeout?: string;
}

export type HookEvent = 'before' | 'renewed' | 'failed';

/** A program that is told of a renewal. */
export interface Hook {
  readonly command: readonly string[];
  /** Default: 60s. */
  readonly timeout?: string;
}

export type Hooks = { readonly [event in HookEvent]?: Hook };

export const hookEvents: readonly HookEvent[] = ['before', 'renewed', 'failed'];

/** Where a target puts the key, in one line for people; a target that is changed by hand is another place. */
export function whereOf(target: DeliveryTarget): string {
  switch (target.kind) {
    case 'env':
      return `${target.variable} in ${target.path}`;
    case 'json':
    case 'yaml':
      return `${formatPointer(parsePath(target.at) ?? [])} in ${target.path}`;
    case 'command': {
      const program = target.command.map((word) => (/\s|^$/.test(word) ? JSON.stringify(word) : word)).join(' ');
      return `${program} (key ${target.pass === 'stdin' ? 'on stdin' : `in ${target.variable ?? ''}`})`;
    }
  }
}
