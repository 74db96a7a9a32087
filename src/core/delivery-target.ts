import { formatPointer, parsePath } from '../lib/value-path.js';

/** One place where consumers read an account's key. `name` is for people, and unique within the account. */
export type DeliveryTarget = EnvTarget | ValueTarget | CommandTarget;

/** One variable in a file of `NAME=value` lines. */
export interface EnvTarget {
  readonly name: string;
  readonly kind: 'env';
  readonly path: string;
  readonly variable: string;
}

/** One string in a JSON, JSON with comments, JSON5 or YAML file. */
export interface ValueTarget {
  readonly name: string;
  readonly kind: 'json' | 'yaml';
  readonly path: string;
  /** A JSON pointer (`/providers/iflow/apiKey`) or a dotted path (`providers.iflow.apiKey`). */
  readonly at: string;
  /**
   * `require`: the parent objects must exist, because the file's reader rejects a half-filled one. Default: `create`.
   */
  readonly parents?: 'create' | 'require';
}

/** A program that receives the key on stdin or in an environment variable, never in its arguments. */
export interface CommandTarget {
  readonly name: string;
  readonly kind: 'command';
  readonly command: readonly string[];
  readonly pass: 'stdin' | 'env';
  /** The environment variable for the key; used with `pass` = `env`. */
  readonly variable?: string;
  /** Default: 30s. */
  readonly timeout?: string;
}

export type HookEvent = 'before' | 'renewed' | 'failed';

/** A program that runs at one of the `hookEvents` of a renewal. */
export interface Hook {
  readonly command: readonly string[];
  /** Default: 60s. */
  readonly timeout?: string;
}

export type Hooks = { readonly [event in HookEvent]?: Hook };

export const hookEvents: readonly HookEvent[] = ['before', 'renewed', 'failed'];

/** Where a target puts the key, as one line for people. A changed result means a different place. */
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
