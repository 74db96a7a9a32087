import { isDeepStrictEqual } from 'node:util';
import { formatPointer, withValueAt, type ValuePath } from '../lib/value-path.js';

/** `problem` completes "it cannot take the key, because it …" and never quotes a value. */
export type Edited = { readonly text: string } | { readonly problem: string };

/** The value that a text holds where the key belongs; undefined when there is none yet. */
export type Held = { readonly value: string | undefined } | { readonly problem: string };

/** Whether a value is only a reference to a variable: the owner of the file chose that, so it is not an old key. */
export const isReference = (value: string): boolean => /^\$\{?[A-Za-z_][A-Za-z0-9_]*\}?$/.test(value);

export const referenceProblem =
  'holds a reference to a variable in place of a key: deliver to the file that sets this variable';

export const unsafe = { problem: 'is written in a way that keyturn cannot edit safely' };

export interface ValueEditOptions {
  /** `require`: report a problem when the object that should hold the value is missing. */
  readonly parents?: 'create' | 'require';
}

export const parentsMissing = (path: ValuePath) => ({
  problem: `has no ${formatPointer(path.slice(0, -1))}, which has to be set up there first`,
});

export const nested = (path: ValuePath, value: string): unknown =>
  path.reduceRight<unknown>((inner, step) => ({ [step]: inner }), value);

/** The final check before another program's file is written: the parsed text differs in this one value only. */
export const isAsMeant = (before: unknown, after: unknown, path: ValuePath, value: string): boolean =>
  isDeepStrictEqual(after, withValueAt(before, path, value));

export const splice = (text: string, start: number, end: number, middle: string): string =>
  text.slice(0, start) + middle + text.slice(end);

export const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1;
