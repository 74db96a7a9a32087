import { isDeepStrictEqual } from 'node:util';
import type { Text } from '../messages/text.js';
import { withValueAt, type ValuePath } from '../lib/value-path.js';

/** `problem` completes "{path} …" and never quotes a value. */
export interface Refused {
  readonly problem: Text;
}

export type Edited = { readonly text: string } | Refused;

/** The value that a text holds where the key belongs; undefined when there is none yet. */
export type Held = { readonly value: string | undefined } | Refused;

/** Whether a value is only a reference to a variable: the owner of the file chose that, so it is not an old key. */
export const isReference = (value: string): boolean => /^\$\{?[A-Za-z_][A-Za-z0-9_]*\}?$/.test(value);

export interface ValueEditOptions {
  /** `require`: report a problem when the object that should hold the value is missing. */
  readonly parents?: 'create' | 'require';
}

export const nested = (path: ValuePath, value: string): unknown =>
  path.reduceRight<unknown>((inner, step) => ({ [step]: inner }), value);

/** The final check before another program's file is written: the parsed text differs in this one value only. */
export const isAsMeant = (before: unknown, after: unknown, path: ValuePath, value: string): boolean =>
  isDeepStrictEqual(after, withValueAt(before, path, value));

export const splice = (text: string, start: number, end: number, middle: string): string =>
  text.slice(0, start) + middle + text.slice(end);
